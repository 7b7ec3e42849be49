//! Wall and processor time, and what the machine is.

use std::process::Command;
use std::time::Instant;

/// A moment, by the wall and by the processor.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    wall: Instant,
    processor: Option<f64>,
}

/// The scheduler counts a running thread up to its last tick, some milliseconds ago; less than this is told by the wall's clock \[s\].
const COARSE: f64 = 0.05;

/// Seconds between two moments.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seconds {
    pub(crate) wall: f64,
    /// Processor seconds of all threads; as the wall's where the system does not tell them, or where they are few.
    pub(crate) processor: f64,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { processor: processor_seconds(), wall: Instant::now() }
    }

    pub(crate) fn elapsed(self) -> Seconds {
        let wall = self.wall.elapsed().as_secs_f64();
        let now = processor_seconds();
        let fine = wall > COARSE;
        let processor = now.zip(self.processor).filter(|_| fine).map_or(wall, |(now, then)| now - then);
        Seconds { wall, processor }
    }
}

impl std::ops::Add for Seconds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, processor: self.processor + other.processor }
    }
}

/// Time that all threads of this process were given so far, from Linux' scheduler; to the nanosecond, unlike the accounting clock.
fn processor_seconds() -> Option<f64> {
    let mut nanoseconds = 0_u64;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(nanoseconds as f64 * 1e-9)
}

/// Processor, commit and load, for the head of a report.
pub(crate) fn machine() -> Vec<(&'static str, String)> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let commit = Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]).output();
    let commit = commit.ok().filter(|out| out.status.success());
    let commit = commit.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_string());
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let date = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%MZ"]).output().ok();
    let date = date.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_string());
    let load = read("/proc/loadavg");
    vec![
        ("machine", model.map_or_else(|| std::env::consts::ARCH.to_string(), |(_, name)| name.to_string())),
        ("cores", threads.to_string()),
        ("commit", commit.unwrap_or_else(|| "unknown".into())),
        ("date", date.unwrap_or_default()),
        ("load at start", load.split_whitespace().next().unwrap_or("unknown").to_string()),
    ]
}
