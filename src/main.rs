//! In the browser: mounts the page. Natively: the command line.

#[cfg(target_arch = "wasm32")]
fn main() {
    sentinel_lab::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    match sentinel_lab::cli::run(std::env::args(), &mut std::io::stdout().lock()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sentinel-lab: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
