//! What `mynah doctor` finds out about the language model: which back ends
//! there are, what stands in the way of the HAT, and how the appliance fares.

use std::fmt::Write as _;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mynah_llm_link::wire::Device;
use mynah_llm_link::{BackendReport, Stand, find_worker, timing};
use serde::Deserialize;

use super::{Finding, Verdict, hef};
use mynah_appliance::runtime::backends;
use mynah_appliance::runtime::llm::Status;
use mynah_core::model::{Llm, LlmBackend, Settings};
use mynah_models::Store;
use mynah_models::hat;

/// A server on the same machine answers at once.
const CONNECT: Duration = Duration::from_secs(2);

/// Loading on the HAT takes up to 280 MB of contiguous memory.
const CMA_MB: u64 = 300;

/// What `mynah-llm probe` prints.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Probe {
    pub node: Option<String>,
    pub driver: Option<String>,
    pub library: Option<String>,
    /// What is wrong, by its class; `None`: nothing.
    pub class: Option<String>,
    pub text: Option<String>,
    pub hint: Option<String>,
}

/// All about the language model; with `hashes` also whose file the HAT has.
pub(super) fn findings(settings: &Settings, store: &Store, hashes: bool) -> Vec<Finding> {
    let llm = &settings.llm;
    if llm.backend == LlmBackend::None {
        return vec![Finding::ok(
            "mynah-llm",
            "not wanted: only phrases are understood",
        )];
    }
    let mut findings = vec![program(), order(settings, store)];
    let on_hat = llm.backend == LlmBackend::Hailo;
    if on_hat || (llm.backend == LlmBackend::Auto && backends::hailo_present()) {
        findings.extend(hat_model(settings, store).filter(|_| !on_hat));
        let chosen = backends::hef(llm, store).ok();
        findings.extend(
            hat::held(store)
                .iter()
                .map(|path| held(path, chosen.as_deref())),
        );
        let probe = probe();
        findings.extend(hailo(&probe, on_hat));
        if hashes {
            findings.extend(hef::finding(llm, store, probe.library.as_deref()));
        }
        findings.extend(restarts(store));
        findings.push(contiguous(
            &std::fs::read_to_string("/proc/meminfo").unwrap_or_default(),
        ));
    }
    if llm.backend == LlmBackend::Http {
        findings.push(server(llm));
    }
    if let Some(status) = Status::read() {
        findings.extend(status.back_ends.iter().map(serving));
        findings.extend(status.device.as_ref().map(device));
    }
    findings
}

fn program() -> Finding {
    match find_worker() {
        Some(path) => Finding::ok("mynah-llm", path.display().to_string()),
        None => Finding::new(
            "mynah-llm",
            Verdict::Fail,
            "the language model's program is not there",
            "it belongs beside `mynah`; build it with `cargo build --release --workspace`",
        ),
    }
}

fn order(settings: &Settings, store: &Store) -> Finding {
    const CHECK: &str = "back ends";
    match backends::order(settings, store) {
        Ok(ends) => {
            let names: Vec<String> = ends
                .iter()
                .map(|end| {
                    let absent = if (end.present)() { "" } else { " (not there)" };
                    format!("`{}`{absent}", end.name)
                })
                .collect();
            Finding::ok(
                CHECK,
                format!("{}, then phrases only", names.join(", then ")),
            )
        }
        Err(error) => {
            let text = error.to_string();
            let (detail, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
            Finding::new(CHECK, Verdict::Fail, detail, hint)
        }
    }
}

/// What keeps `auto` from using a HAT that is there.
fn hat_model(settings: &Settings, store: &Store) -> Option<Finding> {
    let error = backends::hef(&settings.llm, store).err()?.to_string();
    let (detail, hint) = error.split_once("\nhint: ").unwrap_or((&error, ""));
    Some(Finding::new("model", Verdict::Warn, detail, hint))
}

/// A model that lies there for the HAT, and what it would cost.
fn held(path: &Path, chosen: Option<&Path>) -> Finding {
    const CHECK: &str = "hat model";
    let name = backends::model_of(path);
    let used = if chosen == Some(path) {
        ", is used"
    } else {
        ""
    };
    match timing::find(&name) {
        None => Finding::ok(
            CHECK,
            format!("`{name}`{used}; there are no published figures of it"),
        ),
        Some(timing) => {
            let thinks = if timing.thinks {
                "; it thinks, which costs a part of its prompt"
            } else {
                ""
            };
            Finding::ok(
                CHECK,
                format!(
                    "`{name}`{used}; a usual command in {:.0} ms by the published figures{thinks}",
                    timing.usual_ms()
                ),
            )
        }
    }
}

/// Asks the language model's program about the HAT. It opens nothing.
pub(super) fn probe() -> Probe {
    let failed = |text: String| Probe {
        class: Some("other".into()),
        text: Some(text),
        ..Probe::default()
    };
    let Some(worker) = find_worker() else {
        return failed("`mynah-llm` is not there".into());
    };
    let mut command = Command::new(worker);
    command.arg("probe").args(backends::root_arguments());
    match command.output() {
        Ok(output) => serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| failed("`mynah-llm probe` prints no report".into())),
        Err(error) => failed(format!("`mynah-llm` cannot be started: {error}")),
    }
}

/// Whether the HAT can be used; a failure where nothing else will do.
pub(super) fn hailo(probe: &Probe, needed: bool) -> Vec<Finding> {
    const CHECK: &str = "hailo";
    let Some(class) = &probe.class else {
        let known = |version: &Option<String>| version.clone().unwrap_or("unknown".into());
        return vec![Finding::ok(
            CHECK,
            format!(
                "{}: driver {}, library {}",
                known(&probe.node),
                known(&probe.driver),
                known(&probe.library)
            ),
        )];
    };
    let verdict = if needed { Verdict::Fail } else { Verdict::Warn };
    let text = probe.text.as_deref().unwrap_or_default();
    let hint = probe.hint.as_deref().unwrap_or_default();
    vec![Finding::new(
        CHECK,
        verdict,
        format!("{class}: {text}"),
        hint,
    )]
}

/// Restarts that were needed since the machine started.
fn restarts(store: &Store) -> Option<Finding> {
    const CHECK: &str = "hailo restarts";
    let budget = backends::hailo_budget(store)?;
    let (used, most) = (budget.used(), budget.most());
    let detail = format!("{used} of {most} since this machine started");
    Some(if used == 0 {
        Finding::ok(CHECK, detail)
    } else {
        Finding::new(
            CHECK,
            Verdict::Warn,
            detail,
            "the log says why; when they are used up, switch the machine off and on",
        )
    })
}

/// Judges the text of `/proc/meminfo`.
fn contiguous(meminfo: &str) -> Finding {
    const CHECK: &str = "cma";
    const HINT: &str = "put `dtoverlay=cma,cma-512` into config.txt, and start the machine anew";
    match cma_mb(meminfo) {
        None => Finding::new(CHECK, Verdict::Warn, "this kernel tells nothing of it", ""),
        Some((total, free)) => {
            let verdict = if total < CMA_MB {
                Verdict::Warn
            } else {
                Verdict::Ok
            };
            let hint = if verdict == Verdict::Ok { "" } else { HINT };
            Finding::new(CHECK, verdict, format!("{free} of {total} MB free"), hint)
        }
    }
}

/// Contiguous memory in all and free, MB.
pub(super) fn cma_mb(meminfo: &str) -> Option<(u64, u64)> {
    let field = |name: &str| -> Option<u64> {
        let rest = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        let kb: u64 = rest.split_whitespace().next()?.parse().ok()?;
        Some(kb / 1024)
    };
    Some((field("CmaTotal:")?, field("CmaFree:")?))
}

/// What is said goes to that server, so another machine is worth a word.
fn server(llm: &Llm) -> Finding {
    const CHECK: &str = "llm server";
    let url = llm.url.as_deref().unwrap_or_default();
    let host = url.trim_start_matches("http://").split('/').next();
    let host = host.unwrap_or_default();
    let address = match host.rsplit_once(':') {
        Some((_, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host.to_owned(),
        _ => format!("{host}:80"),
    };
    let found = address
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next());
    let Some(found) = found else {
        return Finding::new(
            CHECK,
            Verdict::Fail,
            format!("`{host}` is not known"),
            "correct `llm.url`",
        );
    };
    if let Err(error) = TcpStream::connect_timeout(&found, CONNECT) {
        return Finding::new(
            CHECK,
            Verdict::Fail,
            format!("`{url}`: {error}"),
            "start the server, or correct `llm.url`",
        );
    }
    if found.ip().is_loopback() {
        return Finding::ok(CHECK, url);
    }
    Finding::new(
        CHECK,
        Verdict::Warn,
        format!("`{url}` is another machine"),
        "what is said and fits no phrase goes there",
    )
}

fn serving(report: &BackendReport) -> Finding {
    let check = format!("running: {}", report.name);
    let (verdict, says) = match report.stand {
        Stand::Serves => (Verdict::Ok, "answers"),
        Stand::Loads => (Verdict::Ok, "is loading"),
        Stand::Spare => (Verdict::Ok, "stands by"),
        Stand::Absent => (Verdict::Ok, "is not there"),
        Stand::Failed => (Verdict::Warn, "is tried again"),
    };
    let mut detail = says.to_owned();
    for part in [
        match report.falls {
            0 => None,
            1 => Some("lost once".to_owned()),
            falls => Some(format!("lost {falls} times")),
        },
        (!report.reason.is_empty()).then(|| report.reason.clone()),
    ]
    .into_iter()
    .flatten()
    {
        detail.push_str("; ");
        detail.push_str(&part);
    }
    Finding::new(&check, verdict, detail, "")
}

fn device(device: &Device) -> Finding {
    let health = &device.health;
    let throttling = health.throttling.unwrap_or(0);
    let mut detail = format!("library {}, firmware {}", device.library, device.firmware);
    if let Some(celsius) = health.chip_c {
        let _ = write!(detail, ", {celsius:.0} degrees");
    }
    if let Some(watts) = health.power_w {
        let _ = write!(detail, ", {watts:.1} W");
    }
    let _ = write!(detail, ", throttling {throttling} of 6");
    if throttling == 0 {
        Finding::ok("hailo", detail)
    } else {
        Finding::new(
            "hailo",
            Verdict::Warn,
            detail,
            "it is too hot: give it the active cooler and air",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn what_stands_in_the_way_of_the_hat_is_told_with_the_remedy() {
        let broken = Probe {
            class: Some("no_permission".into()),
            text: Some("this user may not open `/dev/hailo0`".into()),
            hint: Some("a udev rule".into()),
            ..Probe::default()
        };
        let well = Probe {
            node: Some("/dev/hailo0".into()),
            driver: Some("5.1.1".into()),
            library: Some("5.1.1".into()),
            ..Probe::default()
        };
        let all = [
            hailo(&broken, true),
            hailo(&broken, false),
            hailo(&well, true),
        ];
        insta::assert_snapshot!(shown(&all.concat()), @r"
        FAIL  hailo          no_permission: this user may not open `/dev/hailo0`
                             hint: a udev rule
        warn  hailo          no_permission: this user may not open `/dev/hailo0`
                             hint: a udev rule
        ok    hailo          /dev/hailo0: driver 5.1.1, library 5.1.1
        ");
    }

    #[test]
    fn what_lies_there_for_the_hat_is_named_with_its_cost() {
        let path = |name: &str| std::path::PathBuf::from(format!("/m/hailo/{name}.hef"));
        let used = path("Qwen2.5-Coder-1.5B-Instruct");
        let all = [
            "Qwen2.5-Coder-1.5B-Instruct",
            "DeepSeek-R1-Distill-Qwen-1.5B",
            "mine",
        ];
        let all = all.map(|name| held(&path(name), Some(&used)));
        insta::assert_snapshot!(shown(&all), @r"
        ok    hat model      `qwen2.5-coder-1.5b`, is used; a usual command in 443 ms by the published figures
        ok    hat model      `deepseek-r1-1.5b`; a usual command in 856 ms by the published figures; it thinks, which costs a part of its prompt
        ok    hat model      `mine`; there are no published figures of it
        ");
    }

    #[test]
    fn little_contiguous_memory_is_a_warning() {
        let all = [
            contiguous("CmaTotal: 524288 kB\nCmaFree: 409600 kB\n"),
            contiguous("CmaTotal: 65536 kB\nCmaFree: 1024 kB\n"),
            contiguous("MemTotal: 1 kB\n"),
        ];
        insta::assert_snapshot!(shown(&all), @r"
        ok    cma            400 of 512 MB free
        warn  cma            1 of 64 MB free
                             hint: put `dtoverlay=cma,cma-512` into config.txt, and start the machine anew
        warn  cma            this kernel tells nothing of it
        ");
    }

    #[test]
    fn a_server_is_looked_for() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let finding = |url: &str| {
            let file = format!("[llm]\nbackend = \"http\"\nurl = \"{url}\"\n");
            server(&mynah_config::parse(&file).expect("a good file").llm).verdict
        };
        assert_eq!(finding(&format!("http://127.0.0.1:{port}/")), Verdict::Ok);
        drop(listener);
        assert_eq!(finding(&format!("http://127.0.0.1:{port}")), Verdict::Fail);
    }

    #[test]
    fn a_running_appliance_tells_how_it_fares() {
        let report = |name: &str, stand, reason: &str, falls| BackendReport {
            name: name.into(),
            stand,
            reason: reason.into(),
            falls,
        };
        let hot = Device {
            library: "5.3.0".into(),
            firmware: "5.3.0".into(),
            health: mynah_llm_link::wire::Health {
                chip_c: Some(91.4),
                throttling: Some(2),
                ..Default::default()
            },
            ..Default::default()
        };
        let all = [
            serving(&report("hailo", Stand::Failed, "it ended", 1)),
            serving(&report("cpu", Stand::Serves, "", 0)),
            device(&hot),
        ];
        insta::assert_snapshot!(shown(&all), @r"
        warn  running: hailo is tried again; lost once; it ended
        ok    running: cpu   answers
        warn  hailo          library 5.3.0, firmware 5.3.0, 91 degrees, throttling 2 of 6
                             hint: it is too hot: give it the active cooler and air
        ");
    }
}
