//! The built library in Basso itself: its own checks, and the example experiment with its claims. The program is what
//! BASSO names, or the one that wrote this file, or `basso` on PATH.
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the program prints is shown when it fails.
fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; put it on PATH or set BASSO"));
    print!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}: {}", output.status);
}

fn basso(arguments: &[&str]) {
    let writer = "@PREFIX@/bin/basso";
    let fallback = if Path::new(writer).exists() { writer } else { "basso" };
    run(&std::env::var("BASSO").unwrap_or_else(|_| fallback.into()), arguments);
}

/// target/release with the library built anew; this test runs in target/release/deps.
fn built() -> PathBuf {
    run(env!("CARGO"), &["build", "--release", "--offline", "--quiet"]);
    let test = std::env::current_exe().expect("the path of this test");
    test.ancestors().nth(2).expect("two folders above it").to_path_buf()
}

#[test]
fn check_finds_no_mistake() {
    basso(&["plugin", "check", built().join("libbasso_@CRATE@.so").to_str().unwrap()]);
}

#[test]
fn example_runs_and_its_claims_hold() {
    let (folder, run) = (built(), std::env::temp_dir().join(format!("@ID@-{}", std::process::id())));
    let (folder, out) = (folder.to_str().unwrap(), run.to_str().unwrap());
    basso(&["run", "@ID@.toml", "--check", "--plugin-dir", folder, "--out", out]);
    std::fs::remove_dir_all(&run).expect("the run directory can be removed");
}
