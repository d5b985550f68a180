//! The client: its state, what it is told, when it wakes.

use crate::client::ClientOutbox;
use crate::client::conf::{Access, ClientConf, Follow, SENTINEL_TIMEOUT, Target, authenticate};
use crate::client::event::ClientEvent;
use crate::client::history::History;
use crate::client::listener::Listener;
use crate::protocol::{ArcStr, Command, ConnId, ConnectError, Ending, Input, Message, Reply, literal};
use crate::sim::{Addr, Micros, Millis, NodeTime, Rng};
use std::sync::Arc;

/// What the client itself takes for a write. Captures 16a and 16b: from one write to the next the interval and
/// 0.49 to 0.56 ms pass, about half of it on the way to the server and back.
const OWN_TIME: Micros = Micros(260);

/// A client process.
#[derive(Clone, Debug)]
pub struct Client {
    conf: Arc<ClientConf>,
    state: State,
    /// When the present wait is over, whatever happens.
    deadline: NodeTime,
    /// The connection to the server it writes to.
    server: Option<Server>,
    /// The number of the last write, sent or not.
    number: u64,
    listener: Option<Listener>,
    /// The master that `+switch-master` named and that was not yet tried.
    heard: Option<Addr>,
    /// Whether the next reply is that to AUTH.
    authenticating: bool,
    /// The master that the Sentinels named, where they are asked only once.
    told: Option<Addr>,
    history: History,
    armed: Option<NodeTime>,
}

/// What a client waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// The end of the pause.
    Pausing,
    /// A Sentinel: to be connected, or to answer.
    Asking { conn: ConnId, sentinel: usize },
    /// The connection to the server.
    Connecting { conn: ConnId, to: Addr },
    /// The server's reply.
    Writing,
    /// Nothing, for good.
    Stopped,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Server {
    conn: ConnId,
    addr: Addr,
    /// What the client will notice when it writes: how the connection ended during a pause.
    ended: Option<Ending>,
}

/// What the capture tool's writer, a Python program, calls the end of its connection.
const fn error_of(ending: Ending) -> ArcStr {
    match ending {
        Ending::Closed | Ending::ClosedThenReset => literal!("ConnectionError"),
        Ending::Reset => literal!("ConnectionResetError"),
    }
}

impl Client {
    /// A client that begins to write at once. Nothing that it does is left to chance.
    pub fn start(conf: ClientConf, _rng: Rng, now: NodeTime, out: &mut ClientOutbox) -> Self {
        let listener = match &conf.target {
            Target::Master { name, sentinels, follow: Follow::Announced } => {
                Some(Listener::new(name.clone(), sentinels.clone(), conf.access.clone()))
            }
            _ => None,
        };
        let mut client = Self {
            conf: Arc::new(conf),
            state: State::Pausing,
            deadline: now,
            server: None,
            number: 0,
            listener,
            heard: None,
            authenticating: false,
            told: None,
            history: History::default(),
            armed: None,
        };
        if let Some(listener) = &mut client.listener {
            listener.dial(now, out);
        }
        client.next_write(now, out);
        client.arm(now, out);
        client
    }

    /// Takes one input.
    pub fn handle(&mut self, now: NodeTime, input: Input, out: &mut ClientOutbox) {
        if self.state == State::Stopped {
            return;
        }
        if let Some(listener) = self.listener.as_mut().filter(|listener| listener.owns(&input)) {
            if let Some(master) = listener.handle(now, input, out) {
                self.hear(master, now, out);
            }
        } else {
            self.handle_own(now, input, out);
        }
        self.arm(now, out);
    }

    /// Ends the writing, and closes all connections.
    pub fn stop(&mut self, out: &mut ClientOutbox) {
        if let State::Asking { conn, .. } | State::Connecting { conn, .. } = self.state {
            out.close(conn);
        }
        self.close_server(out);
        if let Some(listener) = &mut self.listener {
            listener.close(out);
        }
        self.state = State::Stopped;
        out.emit(ClientEvent::Stopped);
    }

    /// Pauses for so long between two writes from now on; a pause that is under way began when it did.
    pub fn pace(&mut self, interval: Millis, now: NodeTime, out: &mut ClientOutbox) {
        let before = std::mem::replace(&mut Arc::make_mut(&mut self.conf).interval, interval);
        if self.state == State::Pausing {
            self.deadline = self.deadline - before + interval;
        }
        self.arm(now, out);
    }

    /// What it was told to do.
    pub fn conf(&self) -> &ClientConf {
        &self.conf
    }

    /// What became of its writes.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The server that it writes to, or tries to.
    pub fn target(&self) -> Option<Addr> {
        match (&self.state, &self.conf.target) {
            (State::Connecting { to, .. }, _) | (_, Target::Fixed(to)) => Some(*to),
            _ => self.server.as_ref().map(|server| server.addr),
        }
    }

    /// Whether it was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.state == State::Stopped
    }

    /// Takes an input that is not the listener's, by whom it is about.
    fn handle_own(&mut self, now: NodeTime, input: Input, out: &mut ClientOutbox) {
        let Some(conn) = input.conn() else {
            if input == Input::Timer {
                self.on_timer(now, out);
            }
            return;
        };
        match self.state {
            State::Asking { conn: own, sentinel } if own == conn => {
                self.hear_sentinel(sentinel, now, input, out);
            }
            State::Connecting { conn: own, to } if own == conn => self.hear_dialled(to, now, &input, out),
            _ if self.is_server(conn) => self.hear_server(now, input, out),
            _ => {}
        }
    }

    /// An input from the Sentinel that it asks.
    fn hear_sentinel(&mut self, sentinel: usize, now: NodeTime, input: Input, out: &mut ClientOutbox) {
        match input {
            // The question left with the dial; now the reply has its own time.
            Input::Connected { .. } => self.deadline = now + SENTINEL_TIMEOUT,
            // Where the password is wrong, the next reply says so.
            Input::Received(..) if std::mem::take(&mut self.authenticating) => {}
            Input::Received(conn, Message::Reply(reply)) => {
                out.close(conn);
                let Some(master) = named_master(&reply, &self.conf.access) else {
                    return self.ask(sentinel + 1, now, out);
                };
                out.emit(ClientEvent::Told { by: self.sentinels()[sentinel], master });
                if self.follows() == Some(Follow::Once) {
                    self.told = Some(master);
                }
                self.connect(master, now, out);
            }
            Input::ConnectFailed { .. } | Input::Closed(..) => self.ask(sentinel + 1, now, out),
            _ => {}
        }
    }

    /// What became of the connection to the server.
    fn hear_dialled(&mut self, addr: Addr, now: NodeTime, input: &Input, out: &mut ClientOutbox) {
        match input {
            Input::Connected { conn, .. } => {
                self.server = Some(Server { conn: *conn, addr, ended: None });
                out.emit(ClientEvent::Connected(addr));
                let password = self.conf.access.server_password.as_ref();
                self.authenticating = authenticate(*conn, password, out);
                self.write(now, out);
            }
            Input::ConnectFailed { error, .. } => {
                let kind = match error {
                    ConnectError::Refused => literal!("ConnectionRefusedError"),
                    ConnectError::Reset => literal!("ConnectionResetError"),
                    ConnectError::TimedOut => literal!("TimeoutError"),
                    ConnectError::Unreachable => literal!("OSError"),
                };
                self.fail(kind, now, out);
            }
            Input::Closed(..) => self.fail(literal!("ConnectionResetError"), now, out),
            _ => {}
        }
    }

    /// An input from the server that it writes to.
    fn hear_server(&mut self, now: NodeTime, input: Input, out: &mut ClientOutbox) {
        let is_writing = self.state == State::Writing;
        match input {
            // Where the password is wrong, the next reply says so.
            Input::Received(..) if is_writing && std::mem::take(&mut self.authenticating) => {}
            Input::Received(_, Message::Reply(reply)) if is_writing => self.replied(reply, now, out),
            Input::Closed(_, ending) if is_writing => {
                self.server = None;
                self.fail(error_of(ending), now, out);
            }
            Input::Closed(_, ending) => {
                if let Some(server) = &mut self.server {
                    server.ended = Some(ending);
                }
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, now: NodeTime, out: &mut ClientOutbox) {
        // The clock may have gone back since the timer was set: what rings first is due.
        let armed = self.armed.take().unwrap_or(now);
        if let Some(listener) = self.listener.as_mut().filter(|listener| listener.deadline() <= armed) {
            listener.on_time_out(now, out);
        }
        if self.deadline > armed {
            return;
        }
        match self.state {
            State::Pausing => self.next_write(now, out),
            State::Asking { conn, sentinel } => {
                out.close(conn);
                self.ask(sentinel + 1, now, out);
            }
            State::Connecting { conn, .. } => {
                out.close(conn);
                self.fail(literal!("TimeoutError"), now, out);
            }
            State::Writing => {
                self.close_server(out);
                self.fail(literal!("TimeoutError"), now, out);
            }
            State::Stopped => {}
        }
    }

    /// The next key: on the open connection, else on a new one.
    fn next_write(&mut self, now: NodeTime, out: &mut ClientOutbox) {
        self.number += 1;
        match (&self.server, &self.conf.target) {
            (Some(Server { ended: Some(ending), .. }), _) => {
                // The first write on a connection that was closed goes out; then the end is read.
                let error = error_of(*ending);
                self.history.sent += 1;
                self.close_server(out);
                self.fail(error, now, out);
            }
            (Some(_), _) => self.write(now, out),
            (None, Target::Fixed(addr)) => self.connect(*addr, now, out),
            (None, Target::Master { .. }) => match self.heard.take().or(self.told) {
                Some(master) => self.connect(master, now, out),
                None => self.ask(0, now, out),
            },
        }
    }

    fn follows(&self) -> Option<Follow> {
        match &self.conf.target {
            Target::Master { follow, .. } => Some(*follow),
            Target::Fixed(_) => None,
        }
    }

    /// When to give the server up.
    fn server_deadline(&self, now: NodeTime) -> NodeTime {
        self.conf.timeout.map_or(NodeTime(i64::MAX), |timeout| now + timeout)
    }

    fn sentinels(&self) -> &[Addr] {
        match &self.conf.target {
            Target::Master { sentinels, .. } => sentinels,
            Target::Fixed(_) => &[],
        }
    }

    /// Asks the Sentinels in turn, from the one numbered `sentinel` on.
    fn ask(&mut self, sentinel: usize, now: NodeTime, out: &mut ClientOutbox) {
        let Target::Master { name, sentinels, .. } = &self.conf.target else { return };
        let Some(&addr) = sentinels.get(sentinel) else {
            out.emit(ClientEvent::NobodyAnswers);
            return self.fail(literal!("ConnectionError"), now, out);
        };
        let conn = out.connect(addr);
        self.authenticating = authenticate(conn, self.conf.access.sentinel_password.as_ref(), out);
        let words = [literal!("SENTINEL"), literal!("GET-MASTER-ADDR-BY-NAME"), name.clone()];
        out.send(conn, Command::Other(Arc::new(words)));
        self.state = State::Asking { conn, sentinel };
        self.deadline = now + SENTINEL_TIMEOUT;
    }

    fn connect(&mut self, to: Addr, now: NodeTime, out: &mut ClientOutbox) {
        let conn = out.connect(to);
        self.state = State::Connecting { conn, to };
        self.deadline = self.server_deadline(now);
    }

    fn write(&mut self, now: NodeTime, out: &mut ClientOutbox) {
        let Some(server) = &self.server else { return };
        let key = arcstr::format!("w:{}:{}", self.conf.name, self.number);
        out.work(OWN_TIME);
        out.send(server.conn, Command::Set { key, value: arcstr::format!("{}", self.number) });
        self.history.sent += 1;
        self.state = State::Writing;
        self.deadline = self.server_deadline(now);
    }

    fn replied(&mut self, reply: Reply, now: NodeTime, out: &mut ClientOutbox) {
        let Some(at) = self.server.as_ref().map(|server| server.addr) else { return };
        match reply {
            Reply::Error(text) => {
                // One that follows the Sentinels asks them again after any error.
                if matches!(self.follows(), Some(Follow::EachConnection | Follow::Announced)) {
                    self.close_server(out);
                }
                let kind = text.split(' ').next().unwrap_or("").into();
                self.note_error(Some(at), kind, out);
            }
            _ => {
                if self.history.acknowledge(self.number, at, now) {
                    out.emit(ClientEvent::Working { at });
                }
            }
        }
        self.pause(now);
    }

    /// The connection failed: a new one after the pause.
    fn fail(&mut self, kind: ArcStr, now: NodeTime, out: &mut ClientOutbox) {
        let at = match &self.state {
            State::Connecting { to, .. } => Some(*to),
            _ => self.server.as_ref().map(|server| server.addr),
        };
        self.note_error(at, kind, out);
        self.pause(now);
    }

    fn note_error(&mut self, at: Option<Addr>, error: ArcStr, out: &mut ClientOutbox) {
        if self.history.fail(error.clone()) {
            out.emit(ClientEvent::Failing { at, error });
        }
    }

    fn pause(&mut self, now: NodeTime) {
        self.state = State::Pausing;
        self.deadline = now + self.conf.interval;
    }

    /// A Sentinel announced another master: whatever is under way at the old one is given up.
    fn hear(&mut self, master: Addr, now: NodeTime, out: &mut ClientOutbox) {
        out.emit(ClientEvent::HeardSwitch { master });
        match self.state {
            State::Connecting { to, .. } if to == master => return,
            State::Connecting { conn, .. } | State::Asking { conn, .. } => out.close(conn),
            State::Pausing | State::Writing => {
                if self.server.as_ref().is_some_and(|server| server.addr == master) {
                    return;
                }
                if self.state == State::Writing {
                    self.note_error(self.target(), literal!("ConnectionError"), out);
                }
                self.close_server(out);
            }
            State::Stopped => return,
        }
        self.heard = Some(master);
        self.next_write(now, out);
    }

    fn is_server(&self, conn: ConnId) -> bool {
        self.server.as_ref().is_some_and(|server| server.conn == conn)
    }

    fn close_server(&mut self, out: &mut ClientOutbox) {
        if let Some(server) = self.server.take().filter(|server| server.ended.is_none()) {
            out.close(server.conn);
        }
    }

    fn arm(&mut self, now: NodeTime, out: &mut ClientOutbox) {
        if self.state == State::Stopped {
            return;
        }
        let mut next = self.deadline;
        if let Some(listener) = &self.listener {
            next = next.min(listener.deadline());
        }
        // What never comes needs no timer.
        if next != NodeTime(i64::MAX) && self.armed != Some(next) {
            self.armed = Some(next);
            out.wake_in(Millis((next - now).0.max(0)));
        }
    }
}

/// The address in a reply to `GET-MASTER-ADDR-BY-NAME`, if there is one.
fn named_master(reply: &Reply, access: &Access) -> Option<Addr> {
    match reply {
        Reply::Array(parts) => match &parts[..] {
            [Reply::Bulk(ip), Reply::Bulk(port)] => access.addr(ip, port),
            _ => None,
        },
        _ => None,
    }
}
