//! What HELP of a command says: its subcommands as one writes them, and what they do in words of our own.

use crate::protocol::Reply;

/// `CONFIG HELP` of a server, between its first line and its last two.
pub(crate) const CONFIG: &str = "\
    GET <pattern>\n\
    \x20   The options whose names match, and their values.\n\
    SET <option> <value>\n\
    \x20   Change an option while the server runs.\n\
    RESETSTAT\n\
    \x20   Begin the statistics of INFO anew.\n\
    REWRITE\n\
    \x20   Write the configuration file.";

/// `SENTINEL HELP` (spec CMD-HELP-1), likewise.
pub(crate) const SENTINEL: &str = "\
    CKQUORUM <master>\n\
    \x20   Can the Sentinels that are up reach the quorum and the majority for this master?\n\
    CONFIG SET <option> <value> | CONFIG GET <pattern>\n\
    \x20   Change or show the options that are about no master.\n\
    DEBUG [<option> <milliseconds> ...]\n\
    \x20   Show or change the periods and time-outs of this process.\n\
    FAILOVER <master>\n\
    \x20   Fail this master over at once, without asking the other Sentinels.\n\
    FLUSHCONFIG\n\
    \x20   Write the configuration file.\n\
    GET-MASTER-ADDR-BY-NAME <master>\n\
    \x20   The address that clients should use.\n\
    INFO-CACHE <master> [<master> ...]\n\
    \x20   The last INFO of the masters and their replicas, with its age.\n\
    IS-MASTER-DOWN-BY-ADDR <ip> <port> <epoch> <id or *>\n\
    \x20   Is the master there down for this Sentinel, and whom has it voted for? Gives a vote if asked to.\n\
    MASTER <master>\n\
    \x20   What this Sentinel knows of the master.\n\
    MASTERS\n\
    \x20   The same for all masters.\n\
    MONITOR <name> <ip> <port> <quorum>\n\
    \x20   Begin to monitor a master.\n\
    MYID\n\
    \x20   The id of this Sentinel.\n\
    PENDING-SCRIPTS\n\
    \x20   The scripts that wait or run.\n\
    REMOVE <master>\n\
    \x20   Cease to monitor a master.\n\
    REPLICAS <master>\n\
    \x20   What this Sentinel knows of the replicas.\n\
    RESET <pattern>\n\
    \x20   Forget the replicas, the other Sentinels and the state of the masters that match.\n\
    SENTINELS <master>\n\
    \x20   What this Sentinel knows of the others that monitor the master.\n\
    SET <master> <option> <value> [<option> <value> ...]\n\
    \x20   Change the options of a master.\n\
    SIMULATE-FAILURE <crash-after-election | crash-after-promotion | help> ...\n\
    \x20   Crash at that point of the next failover.";

/// The reply for the command of that name in capitals.
pub(crate) fn reply(command: &str, lines: &'static str) -> Reply {
    let text =
        format!("{command} <subcommand> [<argument> ...]. The subcommands:\n{lines}\nHELP\n    This text.");
    Reply::Array(text.split('\n').map(|line| Reply::Status(line.into())).collect())
}
