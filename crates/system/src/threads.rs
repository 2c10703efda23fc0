//! The priority of a thread.

use rustix::process::nice;

/// Added to the nice value of a thread that gives way: a thread that does not give way
/// gets some nine times its share of a core (the kernel's weights of nice 0 and 10).
const GIVE_WAY: i32 = 10;

/// Lets threads of the usual priority go before the calling thread, and before all
/// threads and processes that it starts from now on. It cannot be taken back: a process
/// without privileges may not raise a priority.
pub fn give_way() {
    if let Err(error) = nice(GIVE_WAY) {
        // It then competes with the others, and does its work all the same.
        tracing::debug!("a thread keeps its priority: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use rustix::process::getpriority_process;

    use super::{GIVE_WAY, give_way};

    #[test]
    fn one_thread_gives_way_and_the_others_do_not() {
        let own = || getpriority_process(None).expect("a priority");
        let before = own();
        let there = thread::spawn(move || {
            give_way();
            getpriority_process(None).expect("a priority")
        });
        assert_eq!(there.join().expect("no panic"), (before + GIVE_WAY).min(19));
        assert_eq!(own(), before);
    }
}
