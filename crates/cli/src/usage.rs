//! The command line in Chinese: help with our own headings, and errors of usage in our own words, with exit code 2.
//! Reads the command line; carries out nothing.

use crate::Arguments;
use clap::{
    ArgMatches, Command, CommandFactory, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::process::ExitCode;

const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Every command with Chinese headings; clap's own flags said in Chinese.
fn in_chinese(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let arguments: Vec<(String, bool)> =
        command.get_arguments().map(|one| (one.get_id().to_string(), one.is_positional())).collect();
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .next_help_heading("选项")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help).help("显示用法").global(false),
        );
    for (id, positional) in arguments {
        let heading = if positional { "参数" } else { "选项" };
        command = command.mut_arg(id, |one| one.help_heading(heading));
    }
    for name in names {
        command = command.mut_subcommand(name, in_chinese);
    }
    command
}

/// The whole command line as it is understood.
pub(crate) fn command() -> Command {
    let version =
        clap::Arg::new("version").short('V').long("version").action(clap::ArgAction::Version).help("显示版本");
    in_chinese(Arguments::command()).arg(version)
}

/// Reads the command line.
pub(crate) fn read() -> Result<ArgMatches, Error> {
    command().try_get_matches()
}

/// Help and version are printed and done; everything else is an error of usage.
pub(crate) fn answer(error: &Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let text = error.render().to_string();
        println!("{}", headings(&text).trim_end());
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprintln!("{}", headings(&error.render().to_string()).trim_end());
    } else {
        eprintln!("{}", words(error));
    }
    ExitCode::from(2)
}

/// What of clap's layout no setting reaches.
fn headings(text: &str) -> String {
    text.replace("[OPTIONS]", "[选项]").replace("[default: ", "[不填为：").replace("[env: ", "[环境变量：")
}

fn told(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// An error of usage: what is wrong, and how it is written.
fn words(error: &Error) -> String {
    let (argument, value) = (told(error, ContextKind::InvalidArg), told(error, ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有 {argument} 这个选项"),
        ErrorKind::InvalidSubcommand => format!("没有 {} 这个命令", told(error, ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 后面要写值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            // Our own readers say in Chinese what they expect; those of the library say it in English.
            let reason = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            let ours = reason.chars().any(|sign| ('\u{4E00}'..='\u{9FFF}').contains(&sign));
            let reason = if ours { format!("：{reason}") } else { String::new() };
            format!("{argument} 不能是“{value}”{reason}")
        }
        ErrorKind::ArgumentConflict => format!("{argument} 不能与 {} 一起用", told(error, ContextKind::PriorArg)),
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 编码".to_owned(),
        ErrorKind::NoEquals => format!("{argument} 与值之间要写等号"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} 的值的个数不对")
        }
        _ => "用法不对".to_owned(),
    };
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let near = near.into_iter().map(|kind| told(error, kind)).find(|text| !text.is_empty());
    let near = near.map(|near| format!("。是不是 {near}？")).unwrap_or_default();
    let usage = told(error, ContextKind::Usage).replace("Usage:", "用法：").replace("[OPTIONS]", "[选项]");
    let usage = if usage.trim().is_empty() { String::new() } else { format!("\n{}", usage.trim()) };
    format!("{what}{near}{usage}\n看用法：在命令后面加 --help")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(command: &Command, path: &str, see: &mut dyn FnMut(&str, &Command)) {
        see(path, command);
        for below in command.get_subcommands() {
            every(below, &format!("{path} {}", below.get_name()), see);
        }
    }

    /// Help of every command, down to the last: Chinese, with an example.
    #[test]
    fn help_is_chinese_and_has_examples() {
        let mut whole = command();
        whole.build();
        every(&whole, "hengjian", &mut |path, command| {
            let help = headings(&command.clone().render_long_help().to_string());
            for english in ["Usage", "Options", "Commands", "Arguments", "Print", "default:", "possible values"] {
                assert!(!help.contains(english), "{path}: {english}: {help}");
            }
            assert!(help.contains("用法："), "{path}: {help}");
            let leaf = command.get_subcommands().next().is_none();
            assert!(!leaf || help.contains("例："), "{path} has no example: {help}");
        });
    }

    /// Errors of usage say in Chinese what is wrong.
    #[test]
    fn errors_of_usage_are_chinese() {
        for (line, words) in [
            ("serv", "没有 serv 这个命令。是不是 serve？"),
            ("serve --lissten x", "没有 --lissten 这个选项"),
            ("serve --listen x", "不能是“x”"),
            ("serve --listen", "后面要写值"),
            ("import plan", "缺少 <文件>"),
            ("import nothing a.csv", "没有这种表"),
            ("demo --port 99999999", "不能是“99999999”"),
            ("import plan a.csv --received soon", "日期应写作"),
        ] {
            let arguments = std::iter::once("hengjian").chain(line.split(' '));
            let error = command().try_get_matches_from(arguments).expect_err(line);
            let said = super::words(&error);
            assert!(said.contains(words), "{line}: {said}");
            for english in ["error:", "tip:", "Usage:", "For more", "invalid", "required"] {
                assert!(!said.contains(english), "{line}: {said}");
            }
        }
    }
}
