//! Ctrl-C: the run stops after the step in hand, and what was finished is kept.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens from now on; a second Ctrl-C ends the program at once.
#[allow(clippy::exit, reason = "the second Ctrl-C asks for exactly this")]
pub(crate) fn listen() {
    let listening = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    if listening.is_err() {
        crate::progress::message(
            "Ctrl-C cannot be caught here: it will end the program in the middle of a step",
        );
    }
}

/// True until Ctrl-C was pressed.
pub(crate) fn goes_on() -> bool {
    !asked()
}

/// True once Ctrl-C was pressed.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
