//! What the forms of a case ask, read into the use case they lead to. The desk is the route's permission: an act is found
//! only behind its own.

use crate::FormData;
use hengjian_app::{
    AppError, AppResult, Work,
    follow_up::{self, LaterRecheck, RecheckSampling},
};
use hengjian_domain::{
    follow_up::{
        Case, CaseId, CaseRefused, CaseSource, ObjectionIntent, PenaltyState, ResultReceipt, Verification,
        VerificationField,
    },
    laboratory::LaboratoryId,
    organisation::OrganisationId,
    refusal::Explain,
};
use jiff::civil::Date;

/// The act that records when the party of a check organised elsewhere received its result.
pub const RESULT_RECEIPT: &str = "result-receipt";

/// A use case with what was read from the form.
pub type Run = Box<dyn FnOnce(&mut Work<'_>) -> AppResult<()> + Send>;

/// Which office acts; the last part but one of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// 质量发展股.
    Dispatch,
    /// 所.
    Handle,
    /// 分管局领导.
    Approve,
    /// 执法二股.
    Report,
    /// 执法二股, as the one who confirms.
    Close,
}

impl Desk {
    /// In addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::Handle => "handle",
            Self::Approve => "approve",
            Self::Report => "report",
            Self::Close => "close",
        }
    }
}

/// Name of an act's file field: unique on the page.
pub fn attachment(act: &str) -> String {
    format!("{act}-attachment")
}

fn missing() -> AppError {
    AppError::fault("a checked field is missing")
}

/// Reads an act's form.
///
/// # Errors
/// Messages at fields; not found for an act that does not exist at this desk.
pub fn read(desk: Desk, act: &str, case: &Case, today: Date, form: &FormData) -> AppResult<Run> {
    let id = case.id;
    match desk {
        Desk::Dispatch if act == RESULT_RECEIPT => note_receipt(id, today, form),
        Desk::Dispatch => dispatch(act, id, form),
        Desk::Handle => match act {
            RESULT_RECEIPT => note_receipt(id, today, form),
            "verify" => verify(case, today, form),
            "sample-recheck" | "recheck-result" | "second-recheck" => recheck(act, id, form),
            _ => handle(act, id, form),
        },
        Desk::Approve => approve(act, id, form),
        Desk::Report => match act {
            "third-recheck" | "third-result" => recheck(act, id, form),
            _ => report(act, id, form),
        },
        Desk::Close => close(act, id, form),
    }
}

fn dispatch(act: &str, id: CaseId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    Ok(match act {
        "send" => {
            let station: Option<OrganisationId> = form.get("dispatch_station").parse().ok();
            Box::new(move |work| follow_up::dispatch(work, id, version, station))
        }
        "receive" => Box::new(move |work| follow_up::receive(work, id, version)),
        "take-back" => Box::new(move |work| follow_up::take_back(work, id, version)),
        "transfer" => {
            let to = read.required("transfer_to", "接收机关");
            let reason = read.required("transfer_reason", "移送理由");
            read.finish()?;
            Box::new(move |work| follow_up::transfer(work, id, version, &to, &reason))
        }
        "receipt" => {
            let on = read.date("receipt_on", "回执日期");
            let taken = yes_or_no(&mut read, form, "receipt_taken", "请选择对方是否接收");
            read.finish()?;
            let on = on.ok_or_else(missing)?;
            Box::new(move |work| follow_up::transfer_receipt(work, id, version, on, taken))
        }
        "notify" => {
            let to = read.required("notify_to", "接收机关");
            let proof = read.required("notify_proof", "发函文号、单号或者回执");
            read.finish()?;
            Box::new(move |work| follow_up::notify_producer_place(work, id, version, &to, &proof))
        }
        "producer-here" => {
            let proof = read.required("producer_here", "怎么知道在本局辖区");
            read.finish()?;
            Box::new(move |work| follow_up::open_producer_case(work, id, version, &proof).map(|_| ()))
        }
        "not-told" => {
            let reason = read.required("not_told_reason", "不通报的理由");
            read.finish()?;
            Box::new(move |work| follow_up::excuse_producer_place(work, id, version, &reason))
        }
        "propose-close" => propose_close(id, form)?,
        _ => return Err(AppError::NotFound),
    })
}

fn propose_close(id: CaseId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    let text = read.required("close_text", "处理结果");
    read.finish()?;
    Ok(Box::new(move |work| follow_up::propose_close(work, id, version, &text)))
}

fn yes_or_no(read: &mut crate::form::Reader<'_>, form: &FormData, field: &str, message: &str) -> bool {
    match form.get(field) {
        "yes" => true,
        "no" => false,
        _ => {
            read.error(field, message);
            false
        }
    }
}

/// A number with its unit as written; a rough one is not evidence.
fn quantity(read: &mut crate::form::Reader<'_>, field: &str, label: &str) -> Option<String> {
    let value = read.optional(field)?;
    if !value.starts_with(|first: char| first.is_ascii_digit()) {
        read.error(field, format!("{label}应写数字和单位，例如 42 卷，现在是“{value}”"));
    }
    Some(value)
}

/// F28, with everything that is wrong with it at once, each beside its field.
fn verify(case: &Case, today: Date, form: &FormData) -> AppResult<Run> {
    let (id, version) = (case.id, form.version());
    let mut read = form.reader();
    let on = read.date("verify_on", "核查日期");
    let text = read.required("verify_text", "核查情况");
    let made = quantity(&mut read, "verify_made", "生产或购进数量");
    let sold = quantity(&mut read, "verify_sold", "已售数量");
    let stock = quantity(&mut read, "verify_stock", "库存数量");
    let value_fen = if form.get("verify_value").is_empty() { None } else { Some(read.money("verify_value", "货值")) };
    let asked = case.source != CaseSource::Refusal;
    let intent = if asked { read.code::<ObjectionIntent>("verify_intent", "对异议意向的答复") } else { None };
    let stopped_on = read.date("verify_stopped_on", "责令停止日期");
    let supplier = form.get("verify_supplier").to_owned();
    let given = ["told_on", "told_proof", "told_method"].iter().any(|field| !form.get(field).is_empty());
    let receipt = if given { result_receipt(&mut read, today) } else { None };
    let found = Verification { on, text, made, sold, stock, value_fen, supplier, intent, stopped_on };
    for (field, refused) in case.verification_faults(&found, today) {
        // What is missing has been said already.
        if !matches!(refused, CaseRefused::Incomplete { .. })
            || field == VerificationField::Text && !found.text.is_empty()
        {
            let name = match field {
                VerificationField::On => "verify_on",
                VerificationField::StoppedOn => "verify_stopped_on",
                VerificationField::Text => "verify_text",
                VerificationField::Intent => "verify_intent",
            };
            read.error(name, format!("{}。{}", refused.why(), refused.next()));
        }
    }
    read.finish()?;
    Ok(Box::new(move |work| follow_up::verify(work, id, version, found, receipt.as_ref())))
}

/// The service of a result by another authority: all of it or nothing.
fn result_receipt(read: &mut crate::form::Reader<'_>, today: Date) -> Option<ResultReceipt> {
    let on = read.date("told_on", "当事人收到检验结果的日期");
    if let Some(on) = on.filter(|on| *on > today) {
        read.error("told_on", format!("收到日期不能晚于今天 {today}，现在是 {on}"));
    }
    let served_by = read.required("told_by", "送达的机关");
    let method = read.code("told_method", "送达方式");
    let proof = read.required("told_proof", "送达凭据（文号、单号或者回证）");
    Some(ResultReceipt { on: on?, served_by, method: method?, proof })
}

fn note_receipt(id: CaseId, today: Date, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    let receipt = result_receipt(&mut read, today);
    read.finish()?;
    let receipt = receipt.ok_or_else(missing)?;
    Ok(Box::new(move |work| follow_up::note_result_receipt(work, id, version, &receipt)))
}

fn handle(act: &str, id: CaseId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    Ok(match act {
        "accept" => Box::new(move |work| follow_up::accept(work, id, version)),
        "send-back" => {
            let reason = read.required("back_reason", "退回理由");
            read.finish()?;
            Box::new(move |work| follow_up::send_back(work, id, version, &reason))
        }
        "report-objection" => {
            let intent = read.code::<ObjectionIntent>("report_intent", "对异议意向的答复");
            read.finish()?;
            let intent = intent.ok_or_else(missing)?;
            Box::new(move |work| follow_up::report_objection(work, id, version, intent))
        }
        "draft-order" => {
            let text = read.required("order_text", "事实、依据和改正要求");
            read.finish()?;
            Box::new(move |work| follow_up::draft_order(work, id, version, &text))
        }
        "serve-order" => {
            let on = read.date("served_on", "送达日期");
            let proof = read.required("served_proof", "送达方式、签收人和凭据");
            read.finish()?;
            let on = on.ok_or_else(missing)?;
            Box::new(move |work| follow_up::serve_order(work, id, version, on, &proof))
        }
        "apply-recheck" => {
            let text = read.required("rectify_text", "整改报告");
            let (done, applied) = (read.date("rectified_on", "整改完成日期"), read.date("applied_on", "申请日期"));
            read.finish()?;
            let (done, applied) = (done.ok_or_else(missing)?, applied.ok_or_else(missing)?);
            Box::new(move |work| follow_up::apply_recheck(work, id, version, &text, done, applied))
        }
        "propose-exemption" => {
            let reason = read.required("exempt_reason", "理由、证明和承诺");
            read.finish()?;
            Box::new(move |work| follow_up::propose_exemption(work, id, version, &reason))
        }
        "propose-close" => propose_close(id, form)?,
        "attach" => {
            let purpose = read.required("attach_purpose", "材料名称");
            let field = attachment("attach");
            let files: Vec<(String, Vec<u8>)> =
                form.files(&field).into_iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
            if files.is_empty() {
                read.error(&field, "请选择文件");
            }
            read.finish()?;
            Box::new(move |work| follow_up::attach(work, id, version, &purpose, &files))
        }
        _ => return Err(AppError::NotFound),
    })
}

fn recheck(act: &str, id: CaseId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    Ok(match act {
        "sample-recheck" => {
            let sampled_on = read.date("recheck_on", "抽样日期");
            let sample_text = read.required("recheck_sample", "抽样单号、样品和封条");
            read.finish()?;
            let laboratory_id: Option<LaboratoryId> = form.get("laboratory").parse().ok();
            let seal_number = form.get("seal_number").to_owned();
            let sampled_on = sampled_on.ok_or_else(missing)?;
            let given = RecheckSampling { sampled_on, sample_text, laboratory_id, seal_number };
            Box::new(move |work| follow_up::sample_recheck(work, id, version, &given))
        }
        "recheck-result" => {
            let passed = yes_or_no(&mut read, form, "result_passed", "请选择复查结果");
            let report = read.required("report_number", "复查检验报告编号");
            read.finish()?;
            Box::new(move |work| follow_up::recheck_result(work, id, version, passed, &report))
        }
        "second-recheck" => {
            let sampled_on = read.date("second_on", "抽样日期");
            let sample_text = read.required("second_sample", "抽样单号、样品和封条");
            let report_number = read.required("second_report", "复查检验报告编号");
            let passed = yes_or_no(&mut read, form, "second_passed", "请选择复查结果");
            read.finish()?;
            let given = LaterRecheck {
                sampled_on: sampled_on.ok_or_else(missing)?,
                sample_text,
                report_number,
                passed: Some(passed),
                reason: form.get("second_reason").to_owned(),
            };
            Box::new(move |work| follow_up::second_recheck(work, id, version, &given))
        }
        "third-recheck" => {
            let sampled_on = read.date("third_on", "抽样日期");
            let sample_text = read.required("third_sample", "抽样单号、样品和封条");
            read.finish()?;
            let sampled_on = sampled_on.ok_or_else(missing)?;
            let given = LaterRecheck { sampled_on, sample_text, ..LaterRecheck::default() };
            Box::new(move |work| follow_up::third_recheck(work, id, version, &given))
        }
        "third-result" => {
            let passed = yes_or_no(&mut read, form, "third_passed", "请选择复查结果");
            let report = read.required("third_report", "检验报告编号和决定");
            read.finish()?;
            Box::new(move |work| follow_up::third_result(work, id, version, passed, &report))
        }
        _ => return Err(AppError::NotFound),
    })
}

fn approve(act: &str, id: CaseId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    Ok(match act {
        "order" => Box::new(move |work| follow_up::approve_order(work, id, version)),
        "return-order" => {
            let reason = read.required("order_back_reason", "退回理由");
            read.finish()?;
            Box::new(move |work| follow_up::return_order(work, id, version, &reason))
        }
        "exempt" => Box::new(move |work| follow_up::decide_exemption(work, id, version, true, "")),
        "not-exempt" => {
            let reason = read.required("not_exempt_reason", "不同意的理由");
            read.finish()?;
            Box::new(move |work| follow_up::decide_exemption(work, id, version, false, &reason))
        }
        _ => return Err(AppError::NotFound),
    })
}

fn report(act: &str, id: CaseId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    Ok(match act {
        "penalty" => {
            let penalty = read.code::<PenaltyState>("penalty", "立案处罚情况");
            let text = read.required("penalty_text", "案号、日期或不予立案的理由");
            read.finish()?;
            let penalty = penalty.ok_or_else(missing)?;
            Box::new(move |work| follow_up::note_penalty(work, id, version, penalty, &text))
        }
        "escalate" => {
            let to = read.required("escalate_to", "报送机关和文号");
            read.finish()?;
            Box::new(move |work| follow_up::escalate(work, id, version, &to))
        }
        "remind" => {
            let proof = read.required("remind_proof", "方式和答复");
            read.finish()?;
            Box::new(move |work| follow_up::remind(work, id, version, &proof))
        }
        "announce" => {
            let on = read.date("announced_on", "公告日期");
            let medium = read.required("announced_medium", "公告文号和媒介");
            read.finish()?;
            let on = on.ok_or_else(missing)?;
            Box::new(move |work| follow_up::announce(work, id, version, on, &medium))
        }
        "upward" => {
            let to = read.required("to", "报送机关和方式");
            read.finish()?;
            Box::new(move |work| follow_up::report_upward(work, id, version, &to))
        }
        _ => return Err(AppError::NotFound),
    })
}

fn close(act: &str, id: CaseId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    Ok(match act {
        "confirm" => Box::new(move |work| follow_up::close(work, id, version)),
        "refuse" => {
            let reason = read.required("close_back_reason", "退回理由");
            read.finish()?;
            Box::new(move |work| follow_up::refuse_close(work, id, version, &reason))
        }
        _ => return Err(AppError::NotFound),
    })
}
