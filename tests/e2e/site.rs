//! Serves `dist/` as a plain static host would, under a path that the site does not know of.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The path under which the site is served; everything outside it is missing.
const BASE: &str = "/some/sub/path/";

/// A page of somebody else's, with an embed whose address is what follows the `?`.
pub(crate) const AROUND: &str = "around.html";
const AROUND_TEXT: &[u8] = b"<!doctype html><title>around</title><body><script>
  got = []; addEventListener('message', (e) => got.push(e.data));
  const frame = document.createElement('iframe');
  [frame.width, frame.height, frame.src] = [900, 500, decodeURIComponent(location.search.slice(1))];
  document.body.append(frame);
</script>";

/// A static host on a port of its own. It serves until the test program ends.
pub(crate) struct Site {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// What was asked for, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) found: bool,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::start_without(None)
    }

    /// A host from which the files with a given ending have gone.
    pub(crate) fn start_without(ending: Option<&'static str>) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
        assert!(root.join("index.html").exists(), "dist/ is not built; `make build` builds it");
        let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (root, log) = (root.clone(), Arc::clone(&log));
                std::thread::spawn(move || answer(&stream, &root, ending, &log));
            }
        });
        Self { port, requests }
    }

    /// The page's address; `rest` is what follows its path, such as a query or a fragment.
    pub(crate) fn url(&self, rest: &str) -> String {
        format!("http://127.0.0.1:{}{BASE}{rest}", self.port)
    }

    /// Everything that was asked for so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One request to a connection. A browser that goes away in the middle is no failure of the page.
fn answer(mut stream: &TcpStream, root: &Path, missing: Option<&str>, log: &Mutex<Vec<Request>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    lines.take_while(|line| !line.is_empty()).for_each(drop);

    let target = first.split(' ').nth(1).unwrap_or_default();
    let path = target.split(['?', '#']).next().unwrap_or_default().to_owned();
    let file = file_of(&path, root)
        .filter(|_| !missing.is_some_and(|ending| path.ends_with(ending)))
        .and_then(|file| Some((media_type(&file), std::fs::read(file).ok()?)));
    let around = path.ends_with(AROUND).then(|| ("text/html; charset=utf-8", AROUND_TEXT.to_vec()));
    let file = around.or(file);
    log.lock().unwrap_or_else(PoisonError::into_inner).push(Request { path, found: file.is_some() });

    let (status, kind, body) = match file {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not here".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

fn file_of(path: &str, root: &Path) -> Option<PathBuf> {
    let relative = path.strip_prefix(BASE)?;
    if relative.split('/').any(|part| part == "..") {
        return None;
    }
    Some(root.join(if relative.is_empty() { "index.html" } else { relative }))
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
