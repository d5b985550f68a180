//! Chinese: what each event means.

use crate::i18n::Event;
use crate::sentinel::EventKind as K;

#[allow(clippy::too_many_lines, reason = "one line an event")]
pub(super) fn event(event: &Event<'_>) -> String {
    let Event { kind, by, about, extra } = *event;
    match kind {
        K::Monitor => format!("{by} 开始监控主节点 {about}（{extra}）。"),
        K::Unmonitor => format!("{by} 不再监控 {about}。"),
        K::Set => format!("{by} 采用了新的设置：{extra}。"),
        K::ResetMaster => format!("{by} 清除了它所知道的 {about} 的副本和哨兵。"),
        K::Replica => format!("{by} 从主节点的 INFO 中得知副本 {about}。"),
        K::Sentinel => format!("{by} 收到另一个哨兵 {about} 的 hello 消息。"),
        K::SentinelAddressSwitch => format!("{by} 发现 {about} 的一个哨兵换了地址：{extra}。"),
        K::SentinelAddressUpdate => format!("{by} 把 {about} 的新地址也更新到其他主节点的表中。"),
        K::SentinelInvalidAddr => format!("{by} 作废了 {about} 的地址：该地址已属于另一个哨兵。"),
        K::SubjectivelyDown => format!("{by} 太久没有收到 {about} 的有效回复，自己认为它已下线：主观下线。"),
        K::SubjectivelyUp => format!("{by} 又收到了 {about} 的回复，不再认为它下线。"),
        K::ObjectivelyDown => format!("足够多的哨兵同意 {by} 的判断（{extra}）：{about} 客观下线。"),
        K::ObjectivelyUp => format!("{by} 不再认为 {about} 客观下线。"),
        K::NewEpoch => format!("{by} 进入纪元 {extra}：新的一轮，每个哨兵各有一票。"),
        K::TryFailover => format!("{by} 尝试对 {about} 做故障转移：除非奉命而行，否则需要选票。"),
        K::VoteForLeader => format!("{by} 把纪元 {extra} 的一票投给了 {about}。"),
        K::ElectedLeader => format!("{by} 得到了所需的票数，由它领导这次故障转移。"),
        K::AbortNotElected => format!("{by} 没有及时得到足够的票，放弃；两倍 failover-timeout 之后再试。"),
        K::StateSelectReplica => format!("{by} 正在衡量 {about} 的副本：提升哪一个？"),
        K::AbortNoGoodReplica => format!("{by} 在 {about} 的副本中找不到合适的，放弃。"),
        K::SelectedReplica => format!("{by} 选中 {about} 作为新的主节点。"),
        K::StateSendSlaveofNoone => format!("{by} 即将让 {about} 不再跟随任何节点：SLAVEOF NO ONE。"),
        K::StateWaitPromotion => format!("{by} 等待 {about} 在 INFO 中报告自己是主节点。"),
        K::AbortReplicaTimeout => format!("{by} 没有等到 {about} 的被选副本变成主节点，放弃。"),
        K::PromotedReplica => format!("{about} 报告自己已是主节点；{by} 从它的 INFO 中看到。"),
        K::StateReconfReplicas => format!("{by} 现在让其余副本转向新的主节点。"),
        K::ReconfSent => format!("{by} 让 {about} 跟随新的主节点。"),
        K::ReconfInProgress => format!("在 {by} 看来，{about} 正转向新的主节点并同步。"),
        K::ReconfDone => format!("在 {by} 看来，{about} 已跟上新的主节点。"),
        K::ReconfSentTimeout => format!("{about} 没有及时转向新的主节点；{by} 会再次通知它。"),
        K::FailoverEndForTimeout => format!("{by} 结束了 {about} 的故障转移，尽管并非所有副本都已完成。"),
        K::FailoverEnd => format!("{by} 完成了 {about} 的故障转移。"),
        K::ReconfSentBestEffort => format!("{by} 最后再通知 {about} 一次，让它跟随新的主节点。"),
        K::SwitchMaster => {
            format!("在 {by} 看来主节点现在是 {extra}，不再是 {about}。客户端得到的就是这个答案。")
        }
        K::ConfigUpdateFrom => format!("{by} 接受了来自 {about} 的更新的配置。"),
        K::ConvertToReplica => format!("{about} 以主节点身份回来；{by} 把它变成副本。"),
        K::FixReplicaConfig => format!("{about} 跟随了错误的主节点；{by} 予以纠正。"),
        K::RoleChange => format!("{by} 看到 {about} 报告的角色与预期一致：{extra}。"),
        K::RoleMismatch => format!("{by} 看到 {about} 报告的角色与预期不同：{extra}。"),
        K::Reboot => format!("{by} 从运行 ID 看出 {about} 重启过。"),
        K::Tilt => format!("{by} 不信任自己的时钟，进入 TILT：30 秒内只观察，不行动。"),
        K::TiltEnd => format!("{by} 重新信任自己的时钟，离开 TILT。"),
        K::ScriptError => format!("{by}：脚本失败（{extra}）。"),
        K::ScriptTimeout => format!("{by}：脚本运行过久，已被终止（{extra}）。"),
        K::ScriptChild => format!("{by} 启动了脚本（{extra}）。"),
        K::ScriptChildEnd => format!("{by}：脚本已结束（{extra}）。"),
        K::CmdLinkReconnection => format!("{by} 与 {about} 的命令连接断开，正在重连。"),
        K::PubsubLinkReconnection => format!("{by} 与 {about} 的发布订阅连接断开，正在重连。"),
    }
}
