//! What `mynah doctor` finds out about what is the owner's: the files and
//! programs that the configuration names, and the store of timers.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Finding, Verdict};
use mynah_appliance::timers::{Keeper, SystemClock, appliance_state_dir, is_begun};
use mynah_core::model::{ActionSpec, Settings};

/// All about what is the owner's. `named`: the configuration by the command
/// line.
pub(super) fn findings(settings: Option<&Settings>, named: Option<&Path>) -> Vec<Finding> {
    let place = mynah_config::place(named);
    let text = mynah_config::discover(named).map(|source| source.text);
    let mut findings = files(&mynah_config::files_named(&text.unwrap_or_default()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    findings.extend(
        settings
            .iter()
            .flat_map(|settings| programs(settings, &folders)),
    );
    let system = place.as_deref().is_some_and(mynah_config::is_the_system_s);
    findings.extend(appliance_state_dir(system).map(|folder| timers(&folder)));
    findings
}

/// Tokens, passwords and certificates.
fn files(named: &[PathBuf]) -> Vec<Finding> {
    const CHECK: &str = "file";
    let judge = |path: &PathBuf| {
        let shown = path.display();
        match fs::File::open(path).and_then(|file| file.metadata()) {
            Ok(found) if found.len() == 0 => Finding::new(
                CHECK,
                Verdict::Fail,
                format!("`{shown}` is empty"),
                "write the secret into it",
            ),
            Ok(_) => Finding::ok(CHECK, shown.to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Finding::new(
                CHECK,
                Verdict::Fail,
                format!("`{shown}` may not be read"),
                "it must be readable by the user of the appliance, `mynah`; as another one, run this with `sudo`",
            ),
            Err(error) => Finding::new(
                CHECK,
                Verdict::Fail,
                format!("`{shown}`: {error}"),
                "put it there, or correct its path in the configuration",
            ),
        }
    };
    named.iter().map(judge).collect()
}

/// Programs that intents and events run, each once. Those that are all right
/// are not told.
fn programs(settings: &Settings, folders: &[PathBuf]) -> Vec<Finding> {
    let mut named = BTreeSet::new();
    let intents = settings.intents.iter();
    for action in intents.flat_map(|intent| intent.action.iter().chain(&intent.undo)) {
        commands(action, &mut |program| {
            named.insert(program.to_owned());
        });
    }
    let events = settings
        .events
        .iter()
        .filter_map(|events| events.command.first());
    named.extend(events.cloned());
    named
        .into_iter()
        .filter(|program| !program.contains('{') && !is_there(program, folders))
        .map(|program| {
            Finding::new(
                "program",
                Verdict::Fail,
                format!("`{program}` is not there, or cannot be run"),
                "install it, or correct its path in the configuration",
            )
        })
        .collect()
}

fn commands(action: &ActionSpec, tell: &mut dyn FnMut(&str)) {
    match action {
        ActionSpec::Command(command) => command.run.first().into_iter().for_each(|p| tell(p)),
        ActionSpec::Sequence(steps) => {
            for step in steps {
                commands(&step.action, tell);
                step.undo.iter().for_each(|undo| commands(undo, tell));
            }
        }
        ActionSpec::Otherwise { action, instead } => {
            commands(action, tell);
            if let Some(instead) = instead {
                commands(instead, tell);
            }
        }
        _ => {}
    }
}

fn is_there(program: &str, folders: &[PathBuf]) -> bool {
    let runs = |path: &Path| {
        fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return runs(Path::new(program));
    }
    folders.iter().any(|folder| runs(&folder.join(program)))
}

/// Whether timers can be kept, and were.
fn timers(folder: &Path) -> Finding {
    const CHECK: &str = "timers";
    const UNREADABLE: &str =
        "run this as the user of the appliance, or with `sudo`; else see whether the disk is full";
    let keeper = Keeper::new(Some(folder.to_owned()), Arc::new(SystemClock::default()));
    let health = keeper.health();
    let begun = is_begun(folder).map_err(|error| format!("`{}`: {error}", folder.display()));
    if let Some(why) = begun.as_ref().err().cloned().or_else(|| keeper.trouble()) {
        return Finding::new(CHECK, Verdict::Fail, why, UNREADABLE);
    }
    if health.lost {
        return Finding::new(
            CHECK,
            Verdict::Fail,
            format!(
                "what was set in `{}` is lost, some or all of it: the files are damaged",
                folder.display()
            ),
            "see what is left (`mynah timers`), set the rest again or `mynah restore` a backup; and try another card",
        );
    }
    if let Some(file) = health.damaged.first() {
        return Finding::new(
            CHECK,
            Verdict::Warn,
            format!("`{}` is damaged, and was put aside", file.display()),
            "see whether all timers and alarms are there (`mynah timers`), then remove it; if it comes again, the card is failing",
        );
    }
    if 0 < health.not_understood {
        return Finding::new(
            CHECK,
            Verdict::Warn,
            format!("{} are of another version of Mynah", health.not_understood),
            "they are kept, and come into effect with that version",
        );
    }
    match begun {
        Ok(false) => Finding::ok(CHECK, "none were ever set"),
        _ => Finding::ok(
            CHECK,
            format!("{} set", keeper.look(|book, _| book.entries().len())),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn what_the_file_names_is_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text, mode) in [
            ("token", "x", 0o600),
            ("empty", "", 0o600),
            ("unlock", "x", 0o755),
        ] {
            fs::write(path(name), text).unwrap();
            fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let dir = folder.path().display().to_string();
        let without = |findings: &[Finding]| shown(findings).replace(&dir, "DIR");
        let named = ["token", "empty", "none"].map(path);
        insta::assert_snapshot!(without(&files(&named)), @r"
        ok    file           DIR/token
        FAIL  file           `DIR/empty` is empty
                             hint: write the secret into it
        FAIL  file           `DIR/none`: No such file or directory (os error 2)
                             hint: put it there, or correct its path in the configuration
        ");
        let intent = |name: &str, action: &str| {
            format!("[[intent]]\nname = \"{name}\"\nphrases = [\"{name}\"]\naction = {action}\n")
        };
        let run = |program: &str| format!("{{ type = \"command\", run = [\"{program}\"] }}");
        let text = [
            intent("a", &run(&format!("{dir}/unlock"))),
            intent("b", &run("unlock")),
            intent("c", &run(&format!("{dir}/token"))),
            intent(
                "d",
                &format!("{{ type = \"sequence\", steps = [{}] }}", run("gone")),
            ),
        ];
        let settings = mynah_config::parse(&text.concat()).expect("a good file");
        let findings = programs(&settings, &[folder.path().to_owned()]);
        insta::assert_snapshot!(without(&findings), @r"
        FAIL  program        `DIR/token` is not there, or cannot be run
                             hint: install it, or correct its path in the configuration
        FAIL  program        `gone` is not there, or cannot be run
                             hint: install it, or correct its path in the configuration
        ");
    }

    #[test]
    fn a_store_that_cannot_be_opened_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let check = |expected: &str| {
            let text = for_test(&timers(folder.path()));
            assert!(text.contains(expected), "{text}");
        };
        check("ok none were ever set");
        fs::create_dir(folder.path().join("timers.redb")).unwrap();
        check("fail cannot keep timers in");
        fs::remove_dir(folder.path().join("timers.redb")).unwrap();
        fs::write(folder.path().join("timers.redb"), "no database").unwrap();
        check("is lost");
        fs::rename(
            folder.path().join("timers.redb"),
            folder.path().join("timers.redb.damaged"),
        )
        .unwrap();
        check("fail `");
    }

    fn for_test(finding: &Finding) -> String {
        let verdict = if finding.verdict == Verdict::Ok {
            "ok"
        } else {
            "fail"
        };
        format!("{verdict} {}", finding.detail)
    }
}
