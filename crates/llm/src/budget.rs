//! Restarts counted until the machine starts anew: a wedged accelerator may
//! lose memory with every restart, and only a cold start gives it back.

use std::fs;
use std::path::PathBuf;

use crate::LlmError;

/// The kernel's name for the time since the machine started.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// A bound on restarts, kept in a file so that it outlives this process.
#[derive(Clone, Debug)]
pub struct Budget {
    file: PathBuf,
    most: u32,
    boot: String,
}

impl Budget {
    /// At most so many restarts until the machine starts anew.
    #[must_use]
    pub fn new(file: PathBuf, most: u32) -> Self {
        let boot = fs::read_to_string(BOOT).unwrap_or_default();
        Self {
            file,
            most,
            boot: boot.trim().to_owned(),
        }
    }

    /// Restarts since the machine started.
    #[must_use]
    pub fn used(&self) -> u32 {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        text.trim()
            .split_once(' ')
            .filter(|(boot, _)| *boot == self.boot)
            .and_then(|(_, count)| count.parse().ok())
            .unwrap_or(0)
    }

    /// How many there may be.
    #[must_use]
    pub const fn most(&self) -> u32 {
        self.most
    }

    /// Counts one more.
    ///
    /// # Errors
    /// When there were as many as there may be.
    pub fn take(&self) -> Result<(), LlmError> {
        let used = self.used();
        if self.most <= used {
            return Err(LlmError::Gone(format!(
                "it was restarted {used} times since this machine started, and each may cost memory\nhint: switch the machine off and on"
            )));
        }
        if let Some(folder) = self.file.parent() {
            // What is wrong with the folder shows when the file is written.
            let _ = fs::create_dir_all(folder);
        }
        let unfinished = self.file.with_extension("tmp");
        let written = fs::write(&unfinished, format!("{} {}\n", self.boot, used + 1))
            .and_then(|()| fs::rename(&unfinished, &self.file));
        if let Err(error) = written {
            tracing::warn!(%error, file = %self.file.display(), "restarts are not counted");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_are_counted_until_the_machine_starts_anew() {
        let folder = std::env::temp_dir().join(format!("mynah-budget-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let file = folder.join("restarts");
        let budget = Budget::new(file.clone(), 2);
        assert_eq!(budget.used(), 0);
        budget.take().expect("the first");
        Budget::new(file, 2)
            .take()
            .expect("the second, of another process");
        assert_eq!(budget.used(), 2);
        let error = budget.take().expect_err("the third").to_string();
        assert!(error.contains("restarted 2 times"), "{error}");
        let later = Budget {
            boot: "another".into(),
            ..budget
        };
        assert_eq!(later.used(), 0);
        later.take().expect("the first since then");
        fs::remove_dir_all(folder).expect("it can be removed");
    }
}
