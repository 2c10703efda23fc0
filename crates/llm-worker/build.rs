//! Builds the accelerator's shim and lays it beside the built program, where
//! the vendor's headers are installed; elsewhere there is nothing to do.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/hailo/build.rs"]
mod hailo;

fn main() {
    for file in ["build.rs", "shim.cpp", "shim.h"] {
        println!("cargo::rerun-if-changed=src/hailo/{file}");
    }
    println!("cargo::rerun-if-env-changed=MYNAH_HAILO_INCLUDE");
    println!("cargo::rerun-if-env-changed={}", hailo::VERSION);
    println!("cargo::rerun-if-env-changed=CXX");
    let (Some(include), Some(folder)) = (hailo::headers(), env::var_os("OUT_DIR")) else {
        return;
    };
    let built = PathBuf::from(folder).join("libmynah_hailo.so");
    let told = env::var(hailo::VERSION).ok();
    if let Err(error) = hailo::shim(&include, told.as_deref(), &built).and_then(|()| lay(&built)) {
        // Everything but the accelerator works without it.
        println!("cargo::warning={}", error.replace('\n', "; "));
    }
}

/// Copies the shim to the folder of the programs, four above the script's own.
fn lay(built: &Path) -> Result<(), String> {
    let programs = built.ancestors().nth(4).ok_or("no folder of programs")?;
    fs::copy(built, programs.join("libmynah_hailo.so"))
        .map(drop)
        .map_err(|error| format!("cannot write `{}`: {error}", programs.display()))
}
