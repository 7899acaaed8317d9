//! CPU time of other processes as the kernel counts it, and whether two threads really run at once here.
//! Wall-clock time is never compared: two quiet cores are not to be had everywhere.

use std::process::{Command, Stdio};
use std::time::Duration;

/// CPU time (user and system) that a command uses until its end, with all processes it waited for.
/// Only one command may be measured at a time.
pub fn of_command(command: &mut Command) -> Result<Duration, String> {
    let before = ticks("self", 15)?;
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().map_err(|error| error.to_string())?;
    if !status.success() {
        return Err(format!("{}: {status}", command.get_program().to_string_lossy()));
    }
    Ok(duration(ticks("self", 15)?.saturating_sub(before)))
}

/// CPU time (user and system) that a running process has used so far, all its threads together.
#[cfg_attr(not(test), expect(dead_code, reason = "for benches of a running server"))]
pub fn of_process(process: u32) -> Result<Duration, String> {
    Ok(duration(ticks(&process.to_string(), 13)?))
}

/// Sum of two neighbouring fields of /proc/…/stat, counted from 0: 13 and 14 are the process's own user and
/// system time, 15 and 16 those of its children that ended and were waited for (proc(5), one more there).
fn ticks(process: &str, field: usize) -> Result<u64, String> {
    let path = format!("/proc/{process}/stat");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    // The second field is the name in brackets and may hold anything; count behind it.
    let behind = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let values: Vec<u64> =
        behind.split_whitespace().skip(field - 2).take(2).filter_map(|word| word.parse().ok()).collect();
    if values.len() == 2 { Ok(values.iter().sum()) } else { Err(format!("{path} cannot be read")) }
}

/// Linux shows these times in hundredths of a second on every machine (USER_HZ).
fn duration(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 10)
}

/// How much more two threads get done than one in the same time, in words; ratios of two threads mean something
/// only where this reaches 1.9.
pub fn two_threads() -> String {
    let alone = spin();
    let begun = crate::clock::now();
    let other = std::thread::spawn(spin);
    spin();
    let joined = other.join().is_ok();
    let gain = 2.0 * alone / begun.elapsed().as_secs_f64();
    let word = if joined && gain >= 1.9 { "quiet" } else { "not quiet: ratios of two threads are UNRESOLVED" };
    format!("{gain:.2} x, {word}")
}

/// Wall-clock seconds of a fixed piece of work.
fn spin() -> f64 {
    let begun = crate::clock::now();
    super::noise::work(60_000_000);
    begun.elapsed().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_command_uses_cpu_and_our_own_work_is_counted_to_us() {
        let mut command = Command::new("sh");
        command.args(["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"]);
        assert!(of_command(&mut command).expect("measured") > Duration::ZERO);
        let before = of_process(std::process::id()).expect("measured");
        while of_process(std::process::id()).expect("measured") <= before {
            super::super::noise::work(1_000_000);
        }
        assert!(of_command(&mut Command::new("false")).is_err());
    }
}
