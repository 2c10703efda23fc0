//! Links what a dependency leaves open.

fn main() {
    // espeak-rs compiles espeak-ng with libsonic but does not name the library.
    println!("cargo:rustc-link-lib=sonic");
    println!("cargo:rerun-if-changed=build.rs");
}
