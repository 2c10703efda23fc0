//! Tokens that a Home Assistant has refused. It bans an address that brings a wrong
//! one again and again, so none is sent twice by this process, also after its
//! configuration was replaced.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// The last refused header of each address.
static REFUSED: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);

/// Whether this header was refused at `url`; another one is worth a try.
pub(crate) fn is_refused(url: &str, header: &str) -> bool {
    lock().get(url).is_some_and(|refused| refused == header)
}

/// Remembers that it was.
pub(crate) fn refuse(url: &str, header: &str) {
    lock().insert(url.to_owned(), header.to_owned());
}

fn lock() -> MutexGuard<'static, HashMap<String, String>> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner)
}
