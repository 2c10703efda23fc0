//! What `mynah doctor --hashes` finds out about the HAT's model: whose file it
//! is, and whether it is for the installed version.

use std::path::Path;

use super::{Finding, Verdict};
use mynah_appliance::runtime::backends;
use mynah_core::model::Llm;
use mynah_models::digest::Unwatched;
use mynah_models::manifest::{Hef, Manifest};
use mynah_models::{Store, digest};

/// Nothing where there is no file, which is told elsewhere. `library`: the
/// installed version.
pub(super) fn finding(llm: &Llm, store: &Store, library: Option<&str>) -> Option<Finding> {
    let path = backends::hef(llm, store).ok()?;
    let sha256 = digest::sha256_of(&path, &Unwatched).ok()?;
    Some(judge(&path, &sha256, &Manifest::built_in().hefs, library))
}

/// Whose file it is, by its digest, and whether it is for this library.
fn judge(path: &Path, sha256: &str, known: &[Hef], library: Option<&str>) -> Finding {
    const CHECK: &str = "model";
    let shown = path.display();
    let Some(hef) = known.iter().find(|hef| hef.sha256 == sha256) else {
        return Finding::new(
            CHECK,
            Verdict::Warn,
            format!("`{shown}` is a file whose digest Mynah does not know: {sha256}"),
            "compare it with the one that its maker names",
        );
    };
    let detail = format!("`{shown}` is {}, for HailoRT {}", hef.file, hef.release);
    match library.filter(|library| *library != hef.release) {
        None => Finding::ok(CHECK, detail),
        Some(library) => Finding::new(
            CHECK,
            Verdict::Warn,
            format!("{detail}; the library is {library}"),
            "get the file that is published for this version",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn the_file_for_the_hat_is_known_by_its_digest() {
        let known = Hef {
            file: "Model.hef".into(),
            release: "5.1.1".into(),
            sha256: "ab".into(),
        };
        let of = |sha256, library| {
            judge(
                Path::new("/m/x.hef"),
                sha256,
                std::slice::from_ref(&known),
                library,
            )
        };
        let all = [
            of("ab", Some("5.1.1")),
            of("ab", None),
            of("ab", Some("5.3.0")),
            of("cd", Some("5.1.1")),
        ];
        insta::assert_snapshot!(shown(&all), @r"
        ok    model          `/m/x.hef` is Model.hef, for HailoRT 5.1.1
        ok    model          `/m/x.hef` is Model.hef, for HailoRT 5.1.1
        warn  model          `/m/x.hef` is Model.hef, for HailoRT 5.1.1; the library is 5.3.0
                             hint: get the file that is published for this version
        warn  model          `/m/x.hef` is a file whose digest Mynah does not know: cd
                             hint: compare it with the one that its maker names
        ");
    }
}
