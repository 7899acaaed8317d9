//! From rounds of measuring to a verdict. A verdict needs rounds that agree and times that the clock can tell apart.

use std::fmt;
use std::time::Duration;

/// What a ratio ours ÷ reference must keep.
#[derive(Debug, Clone, Copy)]
pub enum Floor {
    /// Cost: at most so many times the reference.
    AtMost(f64),
}

impl Floor {
    fn holds(self, ratio: f64) -> bool {
        let Self::AtMost(most) = self;
        ratio <= most
    }
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::AtMost(most) = self;
        write!(f, "at most {most} x")
    }
}

/// CPU time of both sides, measured one directly after the other.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    /// Our side.
    pub ours: Duration,
    /// The bare reference.
    pub reference: Duration,
}

/// The verdict on one bench.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// The floor holds; the median ratio, the least and the greatest.
    Pass([f64; 3]),
    /// The floor does not hold; the same.
    Fail([f64; 3]),
    /// Nothing can be said, and why.
    Unresolved(String),
}

/// CPU times come in ticks of 10 ms; below this a tick more or less decides.
const SHORTEST: Duration = Duration::from_millis(200);

/// Judges: every round but one in five must agree, and each side must have worked long enough.
pub fn judge(rounds: &[Round], floor: Floor) -> Outcome {
    if rounds.len() < 3 {
        return Outcome::Unresolved(format!("{} rounds are too few", rounds.len()));
    }
    if let Some(short) = rounds.iter().map(|round| round.ours.min(round.reference)).find(|time| *time < SHORTEST) {
        return Outcome::Unresolved(format!("{} ms of CPU are too few to compare", short.as_millis()));
    }
    let mut ratios: Vec<f64> =
        rounds.iter().map(|round| round.ours.as_secs_f64() / round.reference.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    let figures = [ratios[ratios.len() / 2], ratios[0], ratios[ratios.len() - 1]];
    let holding = ratios.iter().filter(|ratio| floor.holds(**ratio)).count();
    let dissent = ratios.len() / 5;
    if ratios.len() - holding <= dissent {
        Outcome::Pass(figures)
    } else if holding <= dissent {
        Outcome::Fail(figures)
    } else {
        Outcome::Unresolved(format!("rounds disagree: {:.2} x ({:.2} to {:.2})", figures[0], figures[1], figures[2]))
    }
}

impl Outcome {
    /// The word printed.
    pub fn word(&self) -> &'static str {
        ["PASS", "FAIL", "UNRESOLVED"][self.index()]
    }
    /// Position among the three words.
    pub fn index(&self) -> usize {
        match self {
            Self::Pass(_) => 0,
            Self::Fail(_) => 1,
            Self::Unresolved(_) => 2,
        }
    }
    /// The ratio and its spread, or the reason.
    pub fn figures(&self) -> String {
        match self {
            Self::Pass([median, least, most]) | Self::Fail([median, least, most]) => {
                format!("{median:.2} x ({least:.2} to {most:.2})")
            }
            Self::Unresolved(reason) => reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(ours: &[u64]) -> Vec<Round> {
        let millis = Duration::from_millis;
        ours.iter().map(|ours| Round { ours: millis(*ours), reference: millis(1000) }).collect()
    }

    #[test]
    fn a_ratio_passes_fails_or_stays_open() {
        let floor = Floor::AtMost(1.5);
        assert_eq!(judge(&rounds(&[1200, 1300, 1400, 1400, 1900]), floor).word(), "PASS");
        assert_eq!(judge(&rounds(&[1600, 1700, 1800, 1900, 1400]), floor).word(), "FAIL");
        assert_eq!(judge(&rounds(&[1200, 1300, 1600, 1700, 1400]), floor).word(), "UNRESOLVED");
        assert_eq!(judge(&rounds(&[1200]), floor).word(), "UNRESOLVED");
        assert_eq!(judge(&rounds(&[10, 10, 10]), floor).word(), "UNRESOLVED");
    }
}
