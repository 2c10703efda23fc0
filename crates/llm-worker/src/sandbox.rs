//! Makes this process small before it loads anybody's library: no core dumps,
//! bounded memory, no writing but to device nodes, no network.

use std::path::Path;

use anyhow::{Context, Result};
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Leaves no core dump behind: it would hold what was said.
///
/// # Errors
/// When the system refuses.
pub(crate) fn no_core_dumps() -> Result<()> {
    limit(Resource::Core, 0).context("core dumps cannot be switched off")
}

/// Bounds the memory that this process may allocate, in MiB. Files that are
/// mapped for reading do not count.
///
/// # Errors
/// When the system refuses.
pub(crate) fn bound_memory(mib: u64) -> Result<()> {
    limit(Resource::Data, mib * 1024 * 1024).context("memory cannot be bounded")
}

fn limit(resource: Resource, most: u64) -> rustix::io::Result<()> {
    let most = Some(most);
    setrlimit(
        resource,
        Rlimit {
            current: most,
            maximum: most,
        },
    )
}

/// Forbids this thread, and those it starts, to write anywhere but to device
/// nodes and into `log`, to use TCP, and to gain privileges. Does as much of
/// it as the kernel can.
///
/// # Errors
/// When the kernel knows how to and refuses.
pub(crate) fn confine(log: Option<&Path>) -> Result<()> {
    let writing = AccessFs::from_write(ABI::V3);
    let folders = [Some(Path::new("/dev")), log];
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(writing)?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .create()?
        .add_rules(path_beneath_rules(folders.iter().flatten(), writing))?
        .restrict_self()?;
    if status.ruleset == RulesetStatus::NotEnforced {
        tracing::warn!("this kernel has no Landlock: the language model's process is not confined");
    }
    Ok(())
}
