//! How many threads evaluate: chosen from what each number takes when it is
//! measured, and lowered when it takes longer than fewer would.
//!
//! ggml's threads meet after every operation, some hundred times a token, and
//! spin until the last is there. Where another process wants one of the cores,
//! each meeting may wait for a time slice of that core: two threads were seen
//! to take seven times as long, where one does not lose anything.

use std::time::Duration;

/// A larger number must be faster by this share to be worth its cores.
const WORTH: f64 = 0.9;

/// Slower than fewer threads by this factor is slow.
const SLOW: f64 = 1.25;

/// Evaluation that would take fewer threads so long is judged as a whole, ms.
const WINDOW_MS: f64 = 50.0;

/// A prompt and an answer of a usual question, tokens.
const USUAL: (usize, usize) = (32, 3);

/// A larger number is tried again after this long, and after twice as long
/// each time that it was in vain.
const AGAIN: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_mins(5);

/// What evaluating takes, ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    /// A single token.
    pub step: f64,
    /// Each further token of the same batch.
    pub token: f64,
}

impl Cost {
    /// From the times of a single token and of a batch of `tokens`.
    pub(super) fn new(step: f64, batch: f64, tokens: usize) -> Self {
        let further = count(tokens.saturating_sub(1)).max(1.0);
        Self {
            step,
            token: (batch - step).max(0.0) / further,
        }
    }

    /// A batch of so many tokens.
    fn of(self, tokens: usize) -> f64 {
        self.step + count(tokens.saturating_sub(1)) * self.token
    }

    fn usual(self) -> f64 {
        let (prompt, answer) = USUAL;
        self.of(prompt) + count(answer) * self.step
    }
}

/// The number of threads, and why.
#[derive(Debug)]
pub(super) struct Pace {
    /// As measured last, for one thread, for two and so on.
    costs: Vec<Cost>,
    threads: usize,
    /// What was evaluated since the last judgement took, and would have taken
    /// one thread fewer, ms.
    took: f64,
    fewer: f64,
    again: Duration,
}

impl Pace {
    /// The fewest threads that are about as fast as any number. `costs` are
    /// those of one thread, of two and so on; there is at least one.
    pub(super) fn new(costs: Vec<Cost>) -> Self {
        let mut threads = 1;
        for (at, cost) in costs.iter().enumerate() {
            if cost.usual() <= WORTH * costs[threads - 1].usual() {
                threads = at + 1;
            }
        }
        Self {
            costs,
            threads,
            took: 0.0,
            fewer: 0.0,
            again: AGAIN,
        }
    }

    /// Threads to evaluate with.
    pub(super) const fn threads(&self) -> usize {
        self.threads
    }

    /// Takes note of an evaluation. `true`: it goes on with one thread fewer.
    pub(super) fn note(&mut self, tokens: usize, took: Duration) -> bool {
        let Some(fewer) = self.threads.checked_sub(2).map(|at| self.costs[at]) else {
            return false;
        };
        self.took += took.as_secs_f64() * 1000.0;
        self.fewer += fewer.of(tokens);
        if self.fewer < WINDOW_MS {
            return false;
        }
        let slow = SLOW * self.fewer < self.took;
        (self.took, self.fewer) = (0.0, 0.0);
        self.threads -= usize::from(slow);
        slow
    }

    /// The number that is worth a trial when so much time has passed since the
    /// last change or trial, and nobody waits.
    pub(super) fn trial(&self, since: Duration) -> Option<usize> {
        (self.threads < self.costs.len() && self.again <= since).then_some(self.threads + 1)
    }

    /// The outcome of a trial: what the present number and one more cost now.
    /// `true`: the larger one is taken.
    pub(super) fn tried(&mut self, now: Cost, more: Cost) -> bool {
        let better = more.usual() <= WORTH * now.usual();
        self.costs[self.threads - 1] = now;
        self.costs[self.threads] = more;
        if better {
            self.threads += 1;
            self.again = AGAIN;
        } else {
            self.again = (self.again * 2).min(LONGEST);
        }
        (self.took, self.fewer) = (0.0, 0.0);
        better
    }
}

#[expect(clippy::cast_precision_loss, reason = "tokens of a batch")]
fn count(tokens: usize) -> f64 {
    tokens as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Costs of one thread, of two and so on, from the time of a token.
    fn pace(steps: &[f64]) -> Pace {
        let cost = |step: &f64| Cost::new(*step, *step * 8.0, 16);
        Pace::new(steps.iter().map(cost).collect())
    }

    #[test]
    fn the_fewest_threads_that_are_fast_are_taken() {
        let check = |steps: &[f64], want| assert_eq!(pace(steps).threads(), want, "{steps:?}");
        check(&[60.0], 1);
        check(&[60.0, 32.0], 2);
        check(&[60.0, 58.0], 1);
        check(&[60.0, 200.0], 1);
        check(&[60.0, 32.0, 30.0, 18.0], 4);
        check(&[60.0, 61.0, 30.0], 3);
    }

    #[test]
    fn what_fewer_threads_would_do_faster_is_left_to_them() {
        let mut pace = pace(&[60.0, 32.0]);
        let ms = Duration::from_millis;
        // Slower than alone, but faster than one thread: throttled, perhaps.
        assert!(!pace.note(1, ms(55)));
        assert!(!pace.note(16, ms(400)));
        assert!(pace.note(1, ms(190)));
        assert_eq!(pace.threads(), 1);
        // One thread is never left, however slow.
        assert!(!pace.note(1, ms(5000)));
    }

    #[test]
    fn a_larger_number_is_tried_again_ever_more_rarely() {
        let mut pace = pace(&[60.0, 90.0]);
        let cost = |step: f64| Cost::new(step, step * 8.0, 16);
        let check = |pace: &Pace, seconds, want| {
            assert_eq!(pace.trial(Duration::from_secs(seconds)), want, "{seconds}");
        };
        check(&pace, 9, None);
        check(&pace, 10, Some(2));
        assert!(!pace.tried(cost(60.0), cost(90.0)));
        check(&pace, 19, None);
        check(&pace, 20, Some(2));
        assert!(pace.tried(cost(60.0), cost(32.0)));
        assert_eq!(pace.threads(), 2);
        check(&pace, 1000, None);
    }
}
