//! `hengjian calc`: the rule calculators, CSV in and CSV out, line by line whatever the size of the input. The answers
//! are those of `hengjian_app::calculators`; this file reads and writes.

use crate::Outcome;
use csv::{ByteRecord, ReaderBuilder, Terminator, WriterBuilder};
use hengjian_app::calculators;
use hengjian_domain::{calendar::Calendar, code::Code};
use std::{
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write},
    process::ExitCode,
};

/// Which calculator.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub(crate) enum Calculator {
    /// 统一社会信用代码校验：列 code
    #[command(
        after_help = "例：\n  printf 'code\\n91440232MA00000000\\n' | hengjian calc uscc\n退出码：0 算完（算不了的行在 error 列写明），2 缺少列或者没有表头"
    )]
    Uscc,
    /// 商品条码校验：列 code
    #[command(
        after_help = "例：\n  printf 'code\\n6901234567892\\n' | hengjian calc gtin\n退出码：0 算完（算不了的行在 error 列写明），2 缺少列或者没有表头"
    )]
    Gtin,
    /// 工作日推算：列 from,days
    #[command(
        after_help = "例：\n  printf 'from,days\\n2021-09-28,5\\n' | hengjian calc workdays\n退出码：0 算完（算不了的行在 error 列写明），2 缺少列或者没有表头"
    )]
    Workdays,
    /// 期限推算：列 trigger,length,unit（calendar_days、working_days、months）
    #[command(
        after_help = "例：\n  printf 'trigger,length,unit\\n2021-09-16,15,calendar_days\\n' | hengjian calc deadline\n退出码：0 算完（算不了的行在 error 列写明），2 缺少列或者没有表头"
    )]
    Deadline,
    /// 数值修约（GB/T 8170）：列 value,interval
    #[command(
        after_help = "例：\n  printf 'value,interval\\n12.1498,0.1\\n' | hengjian calc round\n退出码：0 算完（算不了的行在 error 列写明），2 缺少列或者没有表头"
    )]
    Round,
    /// 极限数值判定：列 value,limit,mode（full、rounded）
    #[command(
        after_help = "例：\n  printf 'value,limit,mode\\n97.0,≥97.0,full\\n' | hengjian calc judge\n退出码：0 算完（算不了的行在 error 列写明），2 缺少列或者没有表头"
    )]
    Judge,
}

impl Calculator {
    const fn calculator(self) -> calculators::Calculator {
        match self {
            Self::Uscc => calculators::Calculator::Uscc,
            Self::Gtin => calculators::Calculator::Gtin,
            Self::Workdays => calculators::Calculator::Workdays,
            Self::Deadline => calculators::Calculator::Deadline,
            Self::Round => calculators::Calculator::Round,
            Self::Judge => calculators::Calculator::Judge,
        }
    }
}

/// Why the whole input cannot be used, or could not be read or written.
#[derive(Debug)]
enum CalcError {
    /// Exit 2.
    Unusable(String),
    /// Standard output was closed by its reader: nothing more to say.
    Closed,
    /// Exit 1.
    Failed(String),
}

impl From<io::Error> for CalcError {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Failed(format!("读写失败：{error}"))
        }
    }
}

impl From<csv::Error> for CalcError {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            other => Self::Failed(format!("读写失败：{other:?}")),
        }
    }
}

/// Reads standard input, writes standard output.
pub(crate) fn run(calculator: Calculator) -> Outcome {
    let result = calculate(calculator.calculator(), io::stdin().lock(), io::stdout().lock());
    match result {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(CalcError::Closed) => Ok(ExitCode::from(1)),
        Err(CalcError::Failed(message)) => Err(message),
        Err(CalcError::Unusable(message)) => {
            eprintln!("{message}");
            Ok(ExitCode::from(2))
        }
    }
}

fn calculate(calculator: calculators::Calculator, input: impl Read, output: impl Write) -> Result<(), CalcError> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    if input.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        input.consume("\u{feff}".len());
    }
    let mut rows = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(input);
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .flexible(true)
        .from_writer(BufWriter::with_capacity(1 << 16, output));
    let mut row = ByteRecord::new();
    if !rows.read_byte_record(&mut row)? {
        return Err(CalcError::Unusable(format!("输入是空的；{}", wanted(calculator))));
    }
    let header = row.clone();
    let places = find_columns(calculator, &header)?;
    write_row(&mut writer, &header, header.len(), calculator.added(), "error")?;

    let calendar = Calendar::builtin();
    let nothing = vec![String::new(); calculator.added().len()];
    let mut echoed = ByteRecord::new();
    while rows.read_byte_record(&mut row)? {
        let answer = answer(calculator, &row, header.len(), &places, calendar);
        let echo = if row.iter().all(|field| std::str::from_utf8(field).is_ok()) {
            &row
        } else {
            echoed.clear();
            row.iter().for_each(|field| echoed.push_field(String::from_utf8_lossy(field).as_bytes()));
            &echoed
        };
        match answer {
            Ok(added) => write_row(&mut writer, echo, header.len(), &added, "")?,
            Err(error) => write_row(&mut writer, echo, header.len(), &nothing, &error)?,
        }
    }
    writer.flush()?;
    Ok(())
}

fn wanted(calculator: calculators::Calculator) -> String {
    let names: Vec<&str> = calculator.inputs().iter().map(|input| input.name).collect();
    format!("calc {} 需要一行表头，含有列 {}", calculator.code(), names.join("、"))
}

/// Places of the input columns in the header, in any order; the first of equal names.
fn find_columns(calculator: calculators::Calculator, header: &ByteRecord) -> Result<Vec<usize>, CalcError> {
    if header.iter().any(|name| std::str::from_utf8(name).is_err()) {
        return Err(CalcError::Unusable(format!("表头不是 UTF-8 编码；{}", wanted(calculator))));
    }
    let mut places = Vec::new();
    let mut missing = Vec::new();
    for input in calculator.inputs() {
        match header.iter().position(|name| name.trim_ascii() == input.name.as_bytes()) {
            Some(place) => places.push(place),
            None => missing.push(input.name),
        }
    }
    if missing.is_empty() {
        Ok(places)
    } else {
        Err(CalcError::Unusable(format!("缺少列 {}；{}", missing.join("、"), wanted(calculator))))
    }
}

fn answer(
    calculator: calculators::Calculator,
    row: &ByteRecord,
    width: usize,
    places: &[usize],
    calendar: &Calendar,
) -> Result<Vec<String>, String> {
    if row.len() != width {
        return Err(format!("这一行有 {} 列，表头有 {width} 列，请检查引号和逗号", row.len()));
    }
    let mut values = Vec::with_capacity(places.len());
    for place in places {
        let field = row.get(*place).unwrap_or_default();
        values.push(std::str::from_utf8(field).map_err(|_| "这一行不是 UTF-8 编码".to_owned())?);
    }
    if row.iter().any(|field| std::str::from_utf8(field).is_err()) {
        return Err("这一行不是 UTF-8 编码".to_owned());
    }
    calculator.row(&values, calendar).map_err(|error| error.words())
}

/// The input columns as given (a short row filled up, a long one cut, which its error says), the added ones, the error.
fn write_row(
    writer: &mut csv::Writer<impl Write>,
    row: &ByteRecord,
    width: usize,
    added: &[impl AsRef<[u8]>],
    error: &str,
) -> Result<(), CalcError> {
    for place in 0..width {
        writer.write_field(row.get(place).unwrap_or_default())?;
    }
    for field in added {
        writer.write_field(field)?;
    }
    writer.write_field(error)?;
    writer.write_record(None::<&[u8]>)?;
    Ok(())
}
