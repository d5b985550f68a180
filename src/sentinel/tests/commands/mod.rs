//! What clients ask, and what they are answered.

mod changes;
mod drawn;
mod shown;
mod surface;

use super::lab::Lab;
use crate::protocol::Reply;
use std::collections::BTreeMap;

#[track_caller]
fn error(lab: &mut Lab, line: &str) -> String {
    match lab.ask(line) {
        Reply::Error(text) => text.to_string(),
        other => panic!("{line}: {other:?}"),
    }
}

fn keys(reply: &Reply) -> Vec<String> {
    let Reply::Array(parts) = reply else { panic!("{reply:?}") };
    parts.iter().step_by(2).map(text).collect()
}

fn map(reply: &Reply) -> BTreeMap<String, String> {
    let Reply::Array(parts) = reply else { panic!("{reply:?}") };
    parts.chunks(2).map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn text(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(text) => text.to_string(),
        other => panic!("{other:?} is no bulk string"),
    }
}

fn maps(reply: Reply) -> Vec<BTreeMap<String, String>> {
    let Reply::Array(entries) = reply else { panic!("{reply:?}") };
    entries.iter().map(map).collect()
}
