//! Who of the services' clients has the engine: in the order in which they asked.
//! Those who wait are connections, whose number is bounded.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Requests that the engine has at once: fewer than it takes from other front
/// ends, so that it refuses none.
const AT_ONCE: u64 = 3;

#[derive(Default)]
pub(super) struct Gate {
    line: Mutex<Tickets>,
    left: Condvar,
}

/// Tickets are numbered in the order in which they are drawn.
#[derive(Default)]
struct Tickets {
    drawn: u64,
    /// Tickets below this one have been let in.
    called: u64,
    /// Of those, how many have left.
    left: u64,
}

impl Tickets {
    const fn inside(&self) -> u64 {
        self.called - self.left
    }
}

impl Gate {
    /// Waits for a place.
    pub(super) fn enter(gate: &Arc<Self>) -> Inside {
        let mut line = gate.lock();
        let own = line.drawn;
        line.drawn += 1;
        let shut = |line: &mut Tickets| line.called < own || AT_ONCE <= line.inside();
        let waited = gate.left.wait_while(line, shut);
        waited.unwrap_or_else(PoisonError::into_inner).called += 1;
        // The next in line may have a place as well.
        gate.left.notify_all();
        Inside(Arc::clone(gate))
    }

    /// Takes a place if nobody else has one or waits for one.
    pub(super) fn enter_if_idle(gate: &Arc<Self>) -> Option<Inside> {
        let mut line = gate.lock();
        if line.left < line.drawn {
            return None;
        }
        line.drawn += 1;
        line.called += 1;
        Some(Inside(Arc::clone(gate)))
    }

    fn lock(&self) -> MutexGuard<'_, Tickets> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place. Dropping it gives it to the next.
pub(super) struct Inside(Arc<Gate>);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.lock().left += 1;
        self.0.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Mutex};
    use std::thread;

    use super::Gate;

    #[test]
    fn those_who_wait_go_in_order_and_speculation_behind_all_of_them() {
        let gate = Arc::<Gate>::default();
        let first = Gate::enter_if_idle(&gate).expect("nobody else is there");
        assert!(Gate::enter_if_idle(&gate).is_none());
        let others = [Gate::enter(&gate), Gate::enter(&gate)];
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for number in 0..4 {
            let (drawn, order) = (gate.lock().drawn, Arc::clone(&order));
            let own = Arc::clone(&gate);
            let (entered, leave) = channel::<()>();
            waiting.push((
                entered,
                thread::spawn(move || {
                    let _inside = Gate::enter(&own);
                    order.lock().expect("no panic").push(number);
                    // Until the test hangs up.
                    let _ = leave.recv();
                }),
            ));
            while gate.lock().drawn == drawn {
                thread::yield_now();
            }
        }
        assert!(
            order.lock().expect("no panic").is_empty(),
            "all places are taken"
        );
        drop(first);
        for (number, (entered, thread)) in waiting.into_iter().enumerate() {
            while order.lock().expect("no panic").len() <= number {
                thread::yield_now();
            }
            assert!(Gate::enter_if_idle(&gate).is_none());
            drop(entered);
            thread.join().expect("no panic");
        }
        assert_eq!(*order.lock().expect("no panic"), [0, 1, 2, 3]);
        drop(others);
        assert!(Gate::enter_if_idle(&gate).is_some());
    }
}
