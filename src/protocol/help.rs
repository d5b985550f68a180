//! What HELP of a command says, word for word as recorded (81i, 81n).

use crate::protocol::Reply;

/// `CONFIG HELP` of a server, between its first line and its last two.
pub(crate) const CONFIG: &str = "\
    GET <pattern>\n\
    \x20   Return parameters matching the glob-like <pattern> and their values.\n\
    SET <directive> <value>\n\
    \x20   Set the configuration <directive> to <value>.\n\
    RESETSTAT\n\
    \x20   Reset statistics reported by the INFO command.\n\
    REWRITE\n\
    \x20   Rewrite the configuration file.";

/// `SENTINEL HELP` (spec CMD-HELP-1), likewise.
pub(crate) const SENTINEL: &str = "\
    CKQUORUM <master-name>\n\
    \x20   Check if the current Sentinel configuration is able to reach the quorum\n\
    \x20   needed to failover a master and the majority needed to authorize the\n\
    \x20   failover.\n\
    CONFIG SET <param> <value>\n\
    \x20   Set a global Sentinel configuration parameter.\n\
    CONFIG GET <param>\n\
    \x20   Get global Sentinel configuration parameter.\n\
    DEBUG [<param> <value> ...]\n\
    \x20   Show a list of configurable time parameters and their values (milliseconds).\n\
    \x20   Or update current configurable parameters values (one or more).\n\
    GET-MASTER-ADDR-BY-NAME <master-name>\n\
    \x20   Return the ip and port number of the master with that name.\n\
    FAILOVER <master-name>\n\
    \x20   Manually failover a master node without asking for agreement from other\n\
    \x20   Sentinels\n\
    FLUSHCONFIG\n\
    \x20   Force Sentinel to rewrite its configuration on disk, including the current\n\
    \x20   Sentinel state.\n\
    INFO-CACHE <master-name>\n\
    \x20   Return last cached INFO output from masters and all its replicas.\n\
    IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>\n\
    \x20   Check if the master specified by ip:port is down from current Sentinel's\n\
    \x20   point of view.\n\
    MASTER <master-name>\n\
    \x20   Show the state and info of the specified master.\n\
    MASTERS\n\
    \x20   Show a list of monitored masters and their state.\n\
    MONITOR <name> <ip> <port> <quorum>\n\
    \x20   Start monitoring a new master with the specified name, ip, port and quorum.\n\
    MYID\n\
    \x20   Return the ID of the Sentinel instance.\n\
    PENDING-SCRIPTS\n\
    \x20   Get pending scripts information.\n\
    REMOVE <master-name>\n\
    \x20   Remove master from Sentinel's monitor list.\n\
    REPLICAS <master-name>\n\
    \x20   Show a list of replicas for this master and their state.\n\
    RESET <pattern>\n\
    \x20   Reset masters for specific master name matching this pattern.\n\
    SENTINELS <master-name>\n\
    \x20   Show a list of Sentinel instances for this master and their state.\n\
    SET <master-name> <option> <value> [<option> <value> ...]\n\
    \x20   Set configuration parameters for certain masters.\n\
    SIMULATE-FAILURE [CRASH-AFTER-ELECTION] [CRASH-AFTER-PROMOTION] [HELP]\n\
    \x20   Simulate a Sentinel crash.";

/// The reply for the command of that name in capitals.
pub(crate) fn reply(command: &str, lines: &'static str) -> Reply {
    let text = format!(
        "{command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\n{lines}\nHELP\n    Prints this help."
    );
    Reply::Array(text.split('\n').map(|line| Reply::Status(line.into())).collect())
}
