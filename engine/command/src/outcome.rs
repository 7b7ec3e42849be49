//! How a command ends: its exit code and, when it ended badly, what it says.

use std::fmt;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything asked for was done.
    Done,
    /// A run failed; the others were finished.
    Failed,
    /// The input is wrong; nothing was written.
    WrongInput,
    /// `--require met`, and a required target of some scenario is not met.
    NotMet,
    /// Ctrl-C; what was finished is kept.
    Interrupted,
}

impl Outcome {
    /// Code of the process.
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::WrongInput => 2,
            Self::NotMet => 3,
            Self::Interrupted => 130,
        })
    }
}

/// Why a command could not end well; the text is all that the user sees.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// Faults in the input, rendered.
    WrongInput(String),
    /// Failure while running or writing.
    Failed(String),
    /// Ctrl-C.
    Interrupted(String),
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongInput(text) | Self::Failed(text) | Self::Interrupted(text) => {
                formatter.write_str(text)
            }
        }
    }
}

impl From<&CommandError> for Outcome {
    fn from(error: &CommandError) -> Self {
        match error {
            CommandError::WrongInput(_) => Self::WrongInput,
            CommandError::Failed(_) => Self::Failed,
            CommandError::Interrupted(_) => Self::Interrupted,
        }
    }
}
