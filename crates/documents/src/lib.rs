//! Official papers as PDF/A-2b, made from typed values by typst with embedded templates and one embedded font. Reads no
//! file, no clock, no network: the same values give the same bytes. Decides nothing; what stands on a paper is handed in.
//!
//! # Adding a form
//! 1. Write a struct with the form's fields (regulations §4) in a file named after the form, every field a `String`, a
//!    date or a list of rows, and a function `form_name(&FormName) -> Result<Vec<u8>, DocumentError>`.
//! 2. Build a [`forms::Notice`] (a letter to one addressee: paragraphs, tables, seal, slip) or a [`forms::Form`] (a grid
//!    of labelled cells with signatures) from it and call its `render`. Empty cells become `/` there. A new layout is a
//!    new `.typ` file beside `common.typ` and a line in `render.rs`.
//! 3. Cite the law with [`forms::cited`]: it adds 条文待核 where the article was not read in full.
//! 4. Add a row to `tests/papers.rs`: rendered, text found, fonts embedded, same bytes twice, `qpdf --check`.
//! 5. Look at it: `pdftoppm -r 60 -png form.pdf page`.

pub mod forms;
pub mod notices;
pub mod plan_notice;
pub mod reinspection_task;
mod render;
pub mod sample_end;
pub mod sampling_record;
pub mod test_report;

pub use notices::{
    RectificationOrder, ResultNotice, SpotCheckNotice, rectification_order, result_notice, spot_check_notice,
};
pub use plan_notice::{PlanNotice, PlanNoticeLine, plan_notice};
pub use reinspection_task::{ReinspectionTask, reinspection_task};
pub use render::DocumentError;
pub use sample_end::{SampleEnd, sample_end, sample_end_form};
pub use sampling_record::{SamplingRecordPaper, sampling_record};
pub use test_report::{REPORT_STATEMENT, ReportItem, TestReport, test_report};
