//! What is right: the engine against exact solutions and published figures, by tests in this crate that name source, tolerance
//! and reason. The laws' own exact solutions stand beside them, in `engine/flow/tests`.
