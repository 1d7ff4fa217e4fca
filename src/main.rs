//! The program. Everything it does is in the library; this reads flags and gives an exit code.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
