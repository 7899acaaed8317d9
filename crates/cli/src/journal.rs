//! `hengjian journal`: checks the journal from its own rows. Reads only.

use crate::{Outcome, data};
use hengjian_app::SystemEdge;
use std::{process::ExitCode, sync::Arc};

/// What to do with the journal.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// 核对操作记录：编号连续、内容与留痕一致
    #[command(after_help = "例：\n  hengjian journal verify --data ./data\n退出码：0 一致，1 不一致，2 没有数据库")]
    Verify {
        #[command(flatten)]
        data: data::DataOptions,
    },
}

/// Runs it.
pub(crate) fn run(command: &Command) -> Outcome {
    let Command::Verify { data: options } = command;
    // Nothing to check is no agreement: a mistyped folder must not be made and found consistent.
    if options.database.is_none() && !options.data.join(data::DATABASE_FILE).is_file() {
        eprintln!("{} 里没有数据库。请核对数据文件夹", options.data.display());
        return Ok(ExitCode::from(2));
    }
    let app = data::open(options, Arc::new(SystemEdge::default()), false)?;
    let verified = app.store().read(|tx| {
        let logs = tx.journal_sizes()?;
        logs.into_iter().map(|(log, _)| tx.verify_journal(log).map(|size| (log, size))).collect::<Result<Vec<_>, _>>()
    });
    match verified {
        Ok(logs) => {
            for (log, size) in &logs {
                println!("{log}　{size} 条，一致");
            }
            println!("操作记录一致，共 {} 册", logs.len());
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(format!("操作记录不一致：{error}")),
    }
}
