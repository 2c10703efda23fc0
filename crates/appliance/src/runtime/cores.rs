//! Keeps one core for the sound where there are enough: speech recognition
//! and language model take all the cores that they are given for seconds, and
//! the loop has 32 ms for a frame.

use std::sync::OnceLock;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// With fewer cores, each one is needed for what a person waits for.
const ENOUGH: u32 = 4;

/// The cores that this process may use, once one of them is kept.
static ALL: OnceLock<CpuSet> = OnceLock::new();

/// Keeps the first core free of this thread and of all that it starts from
/// now on, threads and processes.
pub fn keep_one() {
    let Ok(all) = sched_getaffinity(None) else {
        return;
    };
    let Some(others) = without_first(&all) else {
        return;
    };
    match sched_setaffinity(None, &others) {
        Ok(()) => {
            let _ = ALL.set(all);
        }
        Err(error) => tracing::warn!("cannot keep a core for the sound: {error}"),
    }
}

/// Lets this thread, which hears or plays, and all that it starts run on
/// every core again.
pub fn take_all() {
    if let Some(all) = ALL.get()
        && let Err(error) = sched_setaffinity(None, all)
    {
        tracing::warn!("cannot use the core that was kept for the sound: {error}");
    }
}

/// `None` where there are too few.
fn without_first(all: &CpuSet) -> Option<CpuSet> {
    let first = (0..CpuSet::MAX_CPU).find(|core| all.is_set(*core))?;
    let mut others = *all;
    others.unset(first);
    (ENOUGH <= all.count()).then_some(others)
}

#[cfg(test)]
mod tests {
    use rustix::thread::CpuSet;

    use super::without_first;

    fn check(cores: &[usize], expected: Option<&[usize]>) {
        let mut all = CpuSet::new();
        for core in cores {
            all.set(*core);
        }
        let others = without_first(&all)
            .map(|set| (0..CpuSet::MAX_CPU).filter(|c| set.is_set(*c)).collect());
        assert_eq!(others, expected.map(<[usize]>::to_vec), "{cores:?}");
    }

    #[test]
    fn one_of_four_is_kept() {
        check(&[0, 1, 2, 3], Some(&[1, 2, 3]));
        check(&[2, 3, 8, 9, 10], Some(&[3, 8, 9, 10]));
        check(&[0, 1, 2], None);
        check(&[], None);
    }
}
