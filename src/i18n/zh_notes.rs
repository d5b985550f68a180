//! Simplified Chinese: what the reader of an imported sentinel.conf should know.

use crate::scenario::Note;

pub(super) fn note(note: &Note) -> String {
    match note {
        Note::OwnAddress(ip) => format!("文件没有说明它的哨兵运行在哪里；S1 被分配到 {ip}"),
        Note::Named { name, ip } => format!("主机名 {name} 被分配了地址 {ip}"),
        Note::ReplicasAdded { count, master, known: 0 } => {
            format!("文件没有记录 {master} 的副本；补充了 {count} 个")
        }
        Note::ReplicasAdded { count, master, known } => {
            format!("文件记录了 {master} 的 {known} 个副本；补充了 {count} 个")
        }
        Note::SentinelsAdded { count, known: 1 } => {
            format!("文件没有记录其他哨兵；补充了 {count} 个设置相同的")
        }
        Note::SentinelsAdded { count, known } => {
            format!("文件记录了 {known} 个哨兵；补充了 {count} 个设置相同的")
        }
        Note::Loopback(ip) => format!("{ip} 在这里是一台机器：上面的节点只会因进程出错而失效"),
        Note::PortMoved { from, to } => {
            format!("这里没有端口转换：S1 监听它所公布的 {to}，而不是 {from}")
        }
        Note::Password { master } => format!("{master} 的服务器要求 auth-pass 中的密码"),
        Note::AclUser { line, user } => {
            format!("第 {line} 行：这里的服务器没有用户 {user}，只有不需要密码的默认用户")
        }
        Note::Script { line, path } => {
            format!("第 {line} 行：假定 {path} 存在并执行成功；实际不会执行任何东西")
        }
        Note::AddressTaken { line, addr } => {
            format!("第 {line} 行：地址 {addr} 已被另一个节点占用；这一个被略去")
        }
        Note::IdMissing { line } => format!("第 {line} 行：没有 ID 的 known-sentinel，Redis 会跳过它"),
        Note::ModuleSetting { line, name } => {
            format!("第 {line} 行：“{name}” 中有一个点，Redis 会把这一行当作模块的设置保留，不作任何提示")
        }
        Note::NoEffect(directives) => {
            let each = directives.iter().map(|(name, line)| format!("{name}（第 {line} 行）"));
            format!("保留但在这里不起作用：{}", each.collect::<Vec<_>>().join("、"))
        }
        Note::NotRenamed { line, command } => format!("第 {line} 行：服务器不会重命名 {command}"),
        Note::QuorumTooHigh { master, quorum, sentinels } => {
            format!("{master}：{sentinels} 个哨兵永远达不到 quorum {quorum}，不会发生故障转移")
        }
        Note::NotStable => "哨兵在 60 秒内没有稳定下来；运行仍然开始".to_owned(),
        Note::DownAfterTooShort { master, ms } => format!(
            "{master}：down-after-milliseconds {ms} 小于哨兵定时器两次检查之间的 100 毫秒；一次较慢的回复就会判定主观下线"
        ),
    }
}
