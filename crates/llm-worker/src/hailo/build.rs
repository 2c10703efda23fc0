//! Builds the shim with the system's C++ compiler where the vendor's headers
//! are: by the build script for this machine, by `mynah-llm build-shim` for any.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

/// The shim's sources, so that the program can build it where it runs.
const SOURCES: [(&str, &str); 2] = [
    ("shim.h", include_str!("shim.h")),
    ("shim.cpp", include_str!("shim.cpp")),
];

/// The vendor's header that offers language models.
const HEADER: &str = "hailo/genai/llm/llm.hpp";

/// The vendor's C header, and what only newer ones have.
const THROTTLING: (&str, &str) = (
    "hailo/hailort.h",
    "HAILO_NOTIFICATION_ID_THROTTLING_STATE_CHANGE_EVENT",
);

/// Names the version of the headers where they do not tell it.
pub(crate) const VERSION: &str = "MYNAH_HAILO_VERSION";

/// Where the vendor's headers lie: where `MYNAH_HAILO_INCLUDE` says, else
/// where the packages put them.
pub(crate) fn headers() -> Option<PathBuf> {
    let told = env::var_os("MYNAH_HAILO_INCLUDE").map(PathBuf::from);
    told.into_iter()
        .chain(["/usr/include", "/usr/local/include"].map(PathBuf::from))
        .find(|folder| folder.join(HEADER).is_file())
}

/// Builds the shim against the headers in `include` into the file `out`. Their version
/// is `told`, as `5.2.0`, or that of the library beside them.
///
/// # Errors
/// A text for a person: headers or compiler are missing, the compiler's words,
/// or a file that cannot be written.
pub(crate) fn shim(include: &Path, told: Option<&str>, out: &Path) -> Result<(), String> {
    if !include.join(HEADER).is_file() {
        return Err(format!(
            "there is no `{HEADER}` in `{}`\nhint: install the package `h10-hailort`, 5.1.1 or later, or name its folder of headers with `--include`",
            include.display()
        ));
    }
    let version = match told {
        Some(text) => numbers(text).ok_or_else(|| {
            format!("`{text}` is no version of HailoRT\nhint: write it as `5.2.0`")
        })?,
        None => version_of(include)?,
    };
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", process::id()));
    let folder = out.with_file_name(name);
    let built = fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot write `{}`: {error}", folder.display()))
        .and_then(|()| compile(include, version, &folder))
        .and_then(|library| {
            fs::rename(library, out)
                .map_err(|error| format!("cannot write `{}`: {error}", out.display()))
        });
    // What is left over harms nobody.
    let _ = fs::remove_dir_all(&folder);
    built
}

/// The version of the headers, which do not have it in them: of the library that was
/// installed with them, or of its package for `CMake`.
fn version_of(include: &Path) -> Result<[u32; 3], String> {
    let lib = include.with_file_name("lib");
    let mut found: Vec<[u32; 3]> = Vec::new();
    for folder in files_in(&lib).into_iter().chain([lib]) {
        for file in files_in(&folder) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            found.extend(name.strip_prefix("libhailort.so.").and_then(numbers));
        }
        let script = folder.join("cmake/HailoRT/HailoRTConfigVersion.cmake");
        let text = fs::read_to_string(script).unwrap_or_default();
        found.extend(text.lines().find_map(|line| {
            let quoted = line.trim().strip_prefix("set(PACKAGE_VERSION \"")?;
            numbers(quoted.split_once('"')?.0)
        }));
    }
    found.sort_unstable();
    found.dedup();
    let hint = format!(
        "say of which version its headers are, as `--hailort 5.2.0` or by {VERSION}; \
         `dpkg -l h10-hailort` shows it"
    );
    match found[..] {
        [version] => Ok(version),
        [] => Err(format!(
            "there is no `libhailort.so` of a version beside `{}`\nhint: {hint}",
            include.display()
        )),
        _ => Err(format!(
            "beside `{}` are libraries of several versions: {found:?}\nhint: {hint}",
            include.display()
        )),
    }
}

/// Three numbers, as `5.2.0`.
fn numbers(text: &str) -> Option<[u32; 3]> {
    let numbers: Vec<u32> = text
        .split('.')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Compiles in `folder` and gives the library, which knows the version of the headers.
fn compile(include: &Path, version: [u32; 3], folder: &Path) -> Result<PathBuf, String> {
    for (name, text) in SOURCES {
        let file = folder.join(name);
        fs::write(&file, text)
            .map_err(|error| format!("cannot write `{}`: {error}", file.display()))?;
    }
    let compiler = env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let library = folder.join("shim.so");
    let mut command = Command::new(&compiler);
    command
        .args(["-std=c++17", "-O2", "-fPIC", "-shared", "-I"])
        .arg(include)
        .arg(folder.join("shim.cpp"))
        .arg("-o")
        .arg(&library);
    for (name, number) in ["MAJOR", "MINOR", "REVISION"].into_iter().zip(version) {
        command.arg(format!("-DMYNAH_HAILO_{name}={number}"));
    }
    let (header, symbol) = THROTTLING;
    if fs::read_to_string(include.join(header)).is_ok_and(|text| text.contains(symbol)) {
        command.arg("-DMYNAH_HAILO_THROTTLING");
    }
    let done = command.output().map_err(|error| {
        format!(
            "cannot run the C++ compiler `{}`: {error}\nhint: install `g++`, or name another compiler with CXX",
            compiler.display()
        )
    })?;
    if done.status.success() {
        return Ok(library);
    }
    let words = String::from_utf8_lossy(&done.stderr);
    let first: Vec<&str> = words.lines().take(20).collect();
    Err(format!(
        "the shim does not compile against the headers in `{}`:\n{}\nhint: HailoRT 5.1.1 to 5.2.0 are known to do",
        include.display(),
        first.join("\n")
    ))
}
