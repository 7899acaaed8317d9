//! §5: the public events that supply the randomness, the one way to write their outcomes, how many bits they count for,
//! and the seed.

use crate::{
    Invalid,
    canonical::{Members, Value},
    drand,
    line::{Algorithm, Digest, field, line_hash},
    times::Time,
};
use std::collections::BTreeSet;

/// Least bits a commitment may ask for (§5.2).
pub const LEAST_BITS: u64 = 48;
/// Most throws of dice in one source: the outcome is a field.
const MOST_THROWS: u64 = 200;

/// A public event named in a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Id, unique in the commitment.
    pub id: String,
    /// Scheduled time.
    pub at: Time,
    /// What kind of event.
    pub kind: Kind,
}

/// Kinds of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A public lottery.
    Lottery {
        /// Which.
        game: Game,
        /// Issue, as the operator numbers it.
        issue: String,
    },
    /// Dice thrown before witnesses.
    Dice {
        /// 10 or 6.
        sides: u64,
        /// Throws, 1 to 200.
        count: u64,
        /// Number of witnesses; their names stand in the record.
        witnesses: u64,
    },
    /// A round of quicknet.
    Drand {
        /// Round, from 1.
        round: u64,
    },
    /// A pulse of the NIST beacon.
    Nist {
        /// Index, from 1.
        pulse: u64,
    },
    /// Anything else; counts for nothing. The members beside `id`, `type` and `at` are free.
    Other(Vec<(String, Value<'static>)>),
}

/// Public lotteries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Game {
    /// 双色球.
    Ssq,
    /// 大乐透.
    Dlt,
    /// 快乐8.
    Kl8,
    /// 3D.
    ThreeD,
    /// 排列3.
    Pl3,
    /// 排列5.
    Pl5,
}

impl Game {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Ssq, Self::Dlt, Self::Kl8, Self::ThreeD, Self::Pl3, Self::Pl5];
    /// As written in a commitment.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ssq => "ssq",
            Self::Dlt => "dlt",
            Self::Kl8 => "kl8",
            Self::ThreeD => "3d",
            Self::Pl3 => "pl3",
            Self::Pl5 => "pl5",
        }
    }
    /// As the public knows it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ssq => "双色球",
            Self::Dlt => "大乐透",
            Self::Kl8 => "快乐8",
            Self::ThreeD => "福彩3D",
            Self::Pl3 => "排列3",
            Self::Pl5 => "排列5",
        }
    }
    const fn bits(self) -> u64 {
        match self {
            Self::Ssq | Self::Dlt => 24,
            Self::Kl8 => 61,
            Self::ThreeD | Self::Pl3 => 9,
            Self::Pl5 => 16,
        }
    }
    fn is_outcome(self, value: &str) -> bool {
        let plus = |first: (usize, u8), second: (usize, u8)| {
            let parts = value.split_once('+');
            parts.is_some_and(|(one, two)| are_numbers(one, first.0, first.1) && are_numbers(two, second.0, second.1))
        };
        let digits = |count: usize| value.len() == count && value.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Ssq => plus((6, 33), (1, 16)),
            Self::Dlt => plus((5, 35), (2, 12)),
            Self::Kl8 => are_numbers(value, 20, 80),
            Self::ThreeD | Self::Pl3 => digits(3),
            Self::Pl5 => digits(5),
        }
    }
}

/// Whether the text is `count` numbers of two digits from 01 to `most`, ascending, separated by commas.
fn are_numbers(text: &str, count: usize, most: u8) -> bool {
    let (mut found, mut before) = (0, 0);
    for part in text.split(',') {
        let number = match part.as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => (tens - b'0') * 10 + (ones - b'0'),
            _ => return false,
        };
        if number <= before || number > most {
            return false;
        }
        (found, before) = (found + 1, number);
    }
    found == count
}

impl Source {
    /// Reads a source of a commitment.
    ///
    /// # Errors
    /// [`Invalid`] for unknown types, games, chains and keys, and for a round that is not at its time.
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let named = value.get("type").and_then(Value::as_text).unwrap_or_default();
        let members = |more: &[&str]| value.members("entropy", &[&["at", "id", "type"], more].concat());
        let (members, kind) = match named {
            "lottery" => {
                let members = members(&["game", "issue"])?;
                let game = members.text("game")?;
                let found = Game::ALL.into_iter().find(|known| known.word() == game);
                let game = found.ok_or_else(|| Invalid::Word(game.to_owned()))?;
                (members, Kind::Lottery { game, issue: members.field("issue")?.to_owned() })
            }
            "dice" => {
                let members = members(&["count", "sides", "witnesses"])?;
                let (sides, count) = (members.count("sides")?, members.count("count")?);
                if !matches!(sides, 6 | 10) || !(1..=MOST_THROWS).contains(&count) {
                    return Err(Invalid::shape("entropy", "骰子应为六面或十面，掷 1 至 200 次"));
                }
                (members, Kind::Dice { sides, count, witnesses: members.count("witnesses")? })
            }
            "drand" => {
                let members = members(&["chain", "pk", "round"])?;
                if members.text("chain")? != drand::CHAIN || members.text("pk")? != drand::KEY {
                    return Err(Invalid::shape("entropy", "不是规范认可的 drand 链和公钥"));
                }
                (members, Kind::Drand { round: members.count("round")? })
            }
            "nist" => {
                let members = members(&["pulse"])?;
                let pulse = members.count("pulse")?;
                if pulse == 0 {
                    return Err(Invalid::shape("entropy", "pulse 从 1 起"));
                }
                (members, Kind::Nist { pulse })
            }
            "other" => {
                let Value::Object(all) = value else { return Err(Invalid::shape("entropy", "应为对象")) };
                let fixed = ["at", "id", "type"];
                let free = all.iter().filter(|(key, _)| !fixed.contains(&key.as_ref()));
                let free: Vec<_> = free.map(|(key, value)| (key.to_string(), value.clone().into_owned())).collect();
                let names: Vec<&str> = free.iter().map(|(key, _)| key.as_str()).collect();
                (members(&names)?, Kind::Other(free))
            }
            other => return Err(Invalid::Word(other.chars().take(40).collect())),
        };
        let source = Self { id: members.field("id")?.to_owned(), at: time(&members, "at")?, kind };
        if let Kind::Drand { round } = source.kind
            && drand::time_of(round) != Some(source.at.seconds())
        {
            return Err(Invalid::shape("entropy", "drand 的轮次与时间不符"));
        }
        Ok(source)
    }
    /// As it stands in a commitment.
    pub fn to_value(&self) -> Value<'static> {
        let mut all: Vec<(String, Value<'static>)> = match &self.kind {
            Kind::Lottery { game, issue } => {
                vec![("game".into(), game.word().into()), ("issue".into(), issue.into())]
            }
            Kind::Dice { sides, count, witnesses } => vec![
                ("count".into(), (*count).into()),
                ("sides".into(), (*sides).into()),
                ("witnesses".into(), (*witnesses).into()),
            ],
            Kind::Drand { round } => vec![
                ("chain".into(), drand::CHAIN.into()),
                ("pk".into(), drand::KEY.into()),
                ("round".into(), (*round).into()),
            ],
            Kind::Nist { pulse } => vec![("pulse".into(), (*pulse).into())],
            Kind::Other(free) => free.clone(),
        };
        all.extend([
            ("at".into(), self.at.text().into()),
            ("id".into(), (&self.id).into()),
            ("type".into(), self.type_word().into()),
        ]);
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        Value::Object(all.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
    /// `type` in a commitment.
    pub const fn type_word(&self) -> &'static str {
        match self.kind {
            Kind::Lottery { .. } => "lottery",
            Kind::Dice { .. } => "dice",
            Kind::Drand { .. } => "drand",
            Kind::Nist { .. } => "nist",
            Kind::Other(_) => "other",
        }
    }
    /// Bits that count (§5.1).
    pub fn bits(&self) -> u64 {
        match &self.kind {
            Kind::Lottery { game, .. } => game.bits(),
            Kind::Dice { sides: 10, count, .. } => count.saturating_mul(33_219) / 10_000,
            Kind::Dice { count, .. } => count.saturating_mul(25_849) / 10_000,
            Kind::Drand { .. } | Kind::Nist { .. } => 128,
            Kind::Other(_) => 0,
        }
    }
    /// Outside the organiser's reach (§5.2.2).
    pub const fn is_external(&self) -> bool {
        matches!(self.kind, Kind::Lottery { .. } | Kind::Drand { .. } | Kind::Nist { .. })
    }
    /// Whether the outcome proves itself, so that nobody need compare it with a publication.
    pub const fn proves_itself(&self) -> bool {
        matches!(self.kind, Kind::Drand { .. })
    }
    /// Event and issue, for comparing with the official publication.
    pub fn label(&self) -> String {
        match &self.kind {
            Kind::Lottery { game, issue } => format!("{}第 {issue} 期", game.label()),
            Kind::Dice { sides, count, .. } => format!("{sides} 面骰子 {count} 次（{}）", self.id),
            Kind::Drand { round } => format!("drand 第 {round} 轮"),
            Kind::Nist { pulse } => format!("NIST 信标第 {pulse} 号"),
            Kind::Other(_) => format!("其他来源 {}", self.id),
        }
    }
    /// The outcome is canonical and possible; that of a beacon carries its signature.
    ///
    /// # Errors
    /// [`Invalid::Field`], [`Invalid::Shape`].
    pub fn check_outcome(&self, value: &str) -> Result<(), Invalid> {
        field(value)?;
        let hex = |length: usize| {
            value.len() == length && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let (possible, why) = match &self.kind {
            Kind::Lottery { game, .. } => (game.is_outcome(value), "不是这种彩票可能的号码"),
            Kind::Dice { sides, count, .. } => {
                let of_die =
                    |byte: u8| if *sides == 10 { byte.is_ascii_digit() } else { (b'1'..=b'6').contains(&byte) };
                (value.len() as u64 == *count && value.bytes().all(of_die), "不是这些骰子可能的点数")
            }
            Kind::Drand { round } => (hex(96) && drand::is_signature(*round, value), "drand 签名不成立"),
            Kind::Nist { .. } => (hex(128), "应为 128 位小写十六进制"),
            Kind::Other(_) => (true, ""),
        };
        if possible { Ok(()) } else { Err(Invalid::Shape("entropy", format!("{}：{why}", self.label()))) }
    }
}

pub(crate) fn time(members: &Members<'_, '_>, key: &str) -> Result<Time, Invalid> {
    Time::parse(members.text(key)?)
}

/// §5.2.1 to 3, and that every event comes after the commitment was created.
///
/// # Errors
/// [`Invalid::Shape`] with the rule that is broken.
pub fn check_sources(sources: &[Source], least_bits: u64, created: &Time) -> Result<(), Invalid> {
    let refuse = |why: String| Err(Invalid::Shape("entropy", why));
    let ids: BTreeSet<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    if sources.is_empty() || ids.len() < sources.len() {
        return refuse("至少一个来源，编号不得重复".to_owned());
    }
    let bits: u64 = sources.iter().map(Source::bits).sum();
    if least_bits < LEAST_BITS || bits < least_bits {
        return refuse(format!("随机性 {bits} 位，要求至少 {} 位", least_bits.max(LEAST_BITS)));
    }
    let last_external = sources.iter().filter(|source| source.is_external()).map(|source| source.at.seconds()).max();
    let mut dice = sources.iter().filter_map(|source| match source.kind {
        Kind::Dice { witnesses, .. } => Some((source, witnesses)),
        _ => None,
    });
    match last_external {
        Some(last) => {
            if let Some((late, _)) = dice.find(|(source, _)| source.at.seconds() > last) {
                return refuse(format!("骰子（{}）晚于最后一个外部事件", late.id));
            }
        }
        None => {
            let witnesses = dice.map(|(_, witnesses)| witnesses).min();
            if witnesses.is_none_or(|least| least < 2) {
                return refuse("没有外部来源时，骰子应有至少两名见证人".to_owned());
            }
        }
    }
    match sources.iter().find(|source| source.at.seconds() <= created.seconds()) {
        Some(early) => refuse(format!("{}（{}）不晚于承诺的时间", early.label(), early.at)),
        None => Ok(()),
    }
}

/// `T("secret", draw, holder, s)`: what a commitment shows of a secret.
///
/// # Errors
/// [`Invalid::Field`].
pub fn secret_hash(algorithm: Algorithm, draw: &str, holder: &str, secret: &Digest) -> Result<Digest, Invalid> {
    line_hash(algorithm, "secret", &[draw, holder, &secret.to_string()])
}

/// `HE`: all outcomes, `(id, value)` in the order of the commitment.
///
/// # Errors
/// [`Invalid::Field`].
pub fn outcomes_hash(algorithm: Algorithm, outcomes: &[(String, String)]) -> Result<Digest, Invalid> {
    let fields: Vec<&str> = outcomes.iter().flat_map(|(id, value)| [id.as_str(), value]).collect();
    line_hash(algorithm, "entropy", &fields)
}

/// The seed (§5.4): digest of the commitment, secrets in its order, and [`outcomes_hash`].
///
/// # Errors
/// [`Invalid::Field`].
pub fn seed(
    algorithm: Algorithm,
    commitment: &Digest,
    secrets: &[Digest],
    outcomes: &[(String, String)],
) -> Result<Digest, Invalid> {
    let hashed = outcomes_hash(algorithm, outcomes)?;
    let fields: Vec<String> = [commitment].into_iter().chain(secrets).chain([&hashed]).map(Digest::to_string).collect();
    line_hash(algorithm, "seed", &fields.iter().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(json: &str) -> Result<Source, Invalid> {
        Source::from_value(&Value::parse(json.as_bytes()).expect("json"))
    }
    fn lottery(game: &str) -> Source {
        let json =
            format!(r#"{{"at":"2026-03-10T21:30:00+08:00","game":"{game}","id":"l","issue":"1","type":"lottery"}}"#);
        source(&json).expect("lottery")
    }
    fn dice(sides: u64, count: u64, witnesses: u64, at: &str) -> Source {
        let at = Time::parse(at).expect("time");
        Source { id: format!("d{sides}{count}"), at, kind: Kind::Dice { sides, count, witnesses } }
    }

    /// §5.1: canonical outcomes, and one step beside each of them; bits as counted there.
    #[test]
    fn outcomes_and_bits_of_the_table() {
        let kl8 = "03,07,11,15,19,23,27,31,35,39,43,47,51,55,59,63,67,71,75,79";
        let all_but =
            |n: usize| kl8.split(',').enumerate().filter(|(i, _)| *i != n).map(|(_, x)| x).collect::<Vec<_>>();
        let rows: Vec<(&str, u64, &str, Vec<String>)> = vec![
            (
                "ssq",
                24,
                "03,09,12,20,27,33+08",
                [
                    "03,09,12,20,27,34+08",
                    "03,09,12,20,27,33+17",
                    "03,09,12,20,27,33+00",
                    "09,03,12,20,27,33+08",
                    "03,03,12,20,27,33+08",
                    "3,09,12,20,27,33+08",
                    "03,09,12,20,27+08",
                    "03,09,12,20,27,33,08",
                    "",
                    "03,09,12,20,27,33+08 ",
                    "03,09,12,20,27,33+08,09",
                    "00,09,12,20,27,33+08",
                ]
                .map(String::from)
                .to_vec(),
            ),
            (
                "dlt",
                24,
                "01,02,03,04,35+11,12",
                ["01,02,03,04,36+11,12", "01,02,03,04,35+12,11", "01,02,03,04,35+12,13"].map(String::from).to_vec(),
            ),
            (
                "kl8",
                61,
                kl8,
                vec![all_but(3).join(","), format!("{kl8},80"), kl8.replace("79", "81"), kl8.replace(',', " ")],
            ),
            ("3d", 9, "000", ["00", "0000", "00a", "0,0,0"].map(String::from).to_vec()),
            ("pl3", 9, "987", ["98", "9876"].map(String::from).to_vec()),
            ("pl5", 16, "00000", ["0000", "000000"].map(String::from).to_vec()),
        ];
        for (game, bits, good, bad) in rows {
            let source = lottery(game);
            assert_eq!((source.bits(), source.check_outcome(good)), (bits, Ok(())), "{game}");
            for bad in bad {
                assert!(source.check_outcome(&bad).is_err(), "{game} {bad}");
            }
        }
        let at = "2026-03-10T21:30:00+08:00";
        for (sides, count, bits, good, bad) in [
            (10, 15, 49, "012345678901234", "01234567890123"),
            (6, 19, 49, "1234561234561234561", "1234561234561234567"),
            (6, 1, 2, "1", "0"),
            (10, 200, 664, &"9".repeat(200), &"9".repeat(199)),
        ] {
            let dice = dice(sides, count, 2, at);
            assert_eq!((dice.bits(), dice.check_outcome(good)), (bits, Ok(())));
            assert!(dice.check_outcome(bad).is_err());
        }
    }

    /// §5.1: exactly the keys of the type, known games and chains, a round at its own time.
    #[test]
    fn sources_and_their_refusals() {
        let drand = format!(
            r#"{{"at":"2023-09-15T18:59:63+00:00","chain":"{}","id":"b","pk":"{}","round":657413,"type":"drand"}}"#,
            drand::CHAIN,
            drand::KEY
        );
        assert!(source(&drand).is_err(), "no time");
        let seconds = drand::time_of(657_413).expect("time");
        assert_eq!(seconds, 1_694_775_603);
        let drand = drand.replace("2023-09-15T18:59:63+00:00", "2023-09-15T11:00:03+00:00");
        let real = source(&drand).expect("drand");
        assert!(
            real.check_outcome(
                "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
            )
            .is_ok()
        );
        assert!(real.check_outcome(&"a".repeat(96)).is_err());
        assert_eq!(real.to_value().to_text(), drand);
        for (what, with) in
            [("657413", "657414"), ("52db", "52dc"), ("83cf", "83ce"), ("\"id\"", "\"ix\""), ("657413", "0")]
        {
            assert!(source(&drand.replacen(what, with, 1)).is_err(), "{what} → {with}");
        }
        let other = r#"{"at":"2026-03-10T21:30:00+08:00","id":"o","market":{"close":[1,2]},"type":"other"}"#;
        let read = source(other).expect("other");
        assert_eq!((read.to_value().to_text().as_str(), read.bits()), (other, 0));
        assert!(read.check_outcome("3021.45").is_ok() && read.check_outcome("a b").is_err());
        let nist = r#"{"at":"2026-03-10T21:30:00+08:00","id":"n","pulse":1,"type":"nist"}"#;
        let nist = source(nist).expect("nist");
        assert!(nist.check_outcome(&"0f".repeat(64)).is_ok() && nist.check_outcome(&"0F".repeat(64)).is_err());
        for bad in [
            r#"{"at":"2026-03-10T21:30:00+08:00","id":"n","pulse":0,"type":"nist"}"#,
            r#"{"at":"2026-03-10T21:30:00+08:00","id":"n","type":"comet"}"#,
            r#"{"at":"2026-03-10T21:30:00+08:00","game":"6aus49","id":"l","issue":"1","type":"lottery"}"#,
            r#"{"at":"2026-03-10T21:30:00+08:00","game":"ssq","id":"l","issue":1,"type":"lottery"}"#,
            r#"{"at":"2026-03-10T21:30:00+08:00","game":"ssq","id":"l","issue":"1","type":"lottery","x":1}"#,
            r#"{"at":"2026-03-10T21:30:00+08:00","count":15,"id":"d","sides":20,"type":"dice","witnesses":2}"#,
            r#"{"at":"2026-03-10T21:30:00+08:00","count":201,"id":"d","sides":10,"type":"dice","witnesses":2}"#,
            "[]",
            "1",
        ] {
            assert!(source(bad).is_err(), "{bad}");
        }
    }

    /// §5.2: each rule from both sides.
    #[test]
    fn rules_of_sources() {
        let created = Time::parse("2026-03-02T09:00:00+08:00").expect("time");
        let (early, at, late) = ("2026-03-10T21:00:00+08:00", "2026-03-10T21:30:00+08:00", "2026-03-10T21:30:01+08:00");
        let check = |sources: &[Source], least: u64| check_sources(sources, least, &created).is_ok();
        assert!(check(&[lottery("kl8")], 48) && check(&[lottery("kl8")], 61) && !check(&[lottery("kl8")], 62));
        assert!(!check(&[lottery("kl8")], 47), "min_bits itself is at least 48");
        assert!(!check(&[lottery("ssq")], 48) && !check(&[lottery("3d")], 48) && !check(&[], 48));
        assert!(check(&[lottery("ssq"), dice(10, 8, 0, at)], 48), "24 + 26");
        assert!(check(&[lottery("ssq"), dice(10, 8, 0, early)], 48));
        assert!(!check(&[lottery("ssq"), dice(10, 8, 0, late)], 48), "dice have not the last word");
        assert!(!check(&[lottery("kl8"), lottery("kl8")], 48), "ids are unique");
        assert!(
            check(&[dice(10, 15, 2, at)], 48)
                && !check(&[dice(10, 15, 1, at)], 48)
                && !check(&[dice(10, 14, 2, at)], 48)
        );
        assert!(!check(&[dice(10, 15, 2, at), dice(6, 2, 1, at)], 48));
        assert!(!check(&[dice(10, 15, 2, "2026-03-02T09:00:00+08:00")], 48), "not after the commitment");
    }
}
