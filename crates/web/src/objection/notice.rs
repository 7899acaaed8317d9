//! The page of one notice: what it tells, the ladder of service with the next step proposed, the recipient's right.

use super::{notice_tone, typed::Typed};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, text},
        tag,
        thing::{Act, acts, facts, papers, split, timeline},
    },
    error::{Again, again},
    form::Upload,
    todo::timeline_lines,
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult, Work,
    objection::{
        notices::{self, Attempt},
        view::{self, NoticeView},
    },
};
use hengjian_domain::{
    clock::SubjectKind,
    code::Code,
    law,
    objection::{
        Authorship, Notice, NoticeId, NoticePaper, NoticeState, ObjectionRefused, RecipientCapacity, ServiceMethod,
        untried_methods,
    },
    organisation::OrganisationId,
    policy::Action,
    refusal::Refusal,
    testing::InspectionConclusion,
};
use jiff::civil::Date;
use maud::{Markup, html};

/// A use case with what was read from the form.
type Run = Box<dyn FnOnce(&mut Work<'_>) -> AppResult<()> + Send>;

/// `GET /desk/notices/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<NoticeId>) -> PageResult {
    let view = ctx.view(move |work| view::notice(work, id)).await?;
    Ok(draw(&ctx, &view, Typed::fresh(&Again::default())).into_response())
}

/// `POST /desk/notices/{id}/issue/{act}`: issue, announcement, withdrawal.
pub async fn issue_act(ctx: Ctx, Path((id, act)): Path<(NoticeId, String)>, form: FormData) -> PageResult {
    let run = read_issue(&act, id, &form);
    carry_out(ctx, id, &act, form, run).await
}

/// `POST /desk/notices/{id}/serve/{act}`: attempts, consent, answer on the origin.
pub async fn serve_act(ctx: Ctx, Path((id, act)): Path<(NoticeId, String)>, form: FormData) -> PageResult {
    let run = read_serve(&act, id, &form);
    carry_out(ctx, id, &act, form, run).await
}

async fn carry_out(ctx: Ctx, id: NoticeId, act: &str, form: FormData, run: AppResult<Run>) -> PageResult {
    let files: Vec<Upload> = form.files("attachment").into_iter().cloned().collect();
    let (once, place) = (form.once(), format!("/desk/notices/{id}"));
    let done = match run {
        Ok(run) => {
            let place = place.clone();
            ctx.act(move |work| {
                work.once(&once, &place)?;
                run(work)?;
                for file in &files {
                    work.keep_file((SubjectKind::Notice, id), "送达凭据", "attachment", &file.name, &file.bytes)?;
                }
                Ok(())
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&place).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| view::notice(work, id)).await?;
            again(error, |again| draw(&ctx, &view, Typed { form: Some(&form), act, again }))
        }
    }
}

fn read_issue(act: &str, id: NoticeId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    match act {
        "issue" => {
            let unit_id: Option<OrganisationId> = read.optional_id("unit_id", "送达的单位");
            let paper = NoticePaper {
                recipient_name: read.required("recipient_name", "收件人"),
                recipient_address: read.required("recipient_address", "送达地址"),
                where_text: read.required("where_text", "异议的受理地点"),
                backup_text: form.get("backup_text").to_owned(),
                unit_id,
                issued_on: read.date("issued_on", "出具日期").unwrap_or_default(),
            };
            read.finish()?;
            Ok(Box::new(move |work| notices::issue(work, id, version, paper)))
        }
        "announce" => {
            let on = read.date("announce_on", "公告日期");
            let medium = read.required("announce_medium", "公告的载体和凭据");
            read.finish()?;
            let on = on.ok_or(AppError::NotFound)?;
            Ok(Box::new(move |work| notices::announce(work, id, version, on, &medium)))
        }
        "withdraw" => {
            let reason = read.required("withdraw_reason", "撤回理由");
            read.finish()?;
            Ok(Box::new(move |work| notices::withdraw(work, id, version, &reason).map(|_| ())))
        }
        _ => Err(AppError::NotFound),
    }
}

fn read_serve(act: &str, id: NoticeId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    match act {
        "attempt" => {
            let method = read.code::<ServiceMethod>("serve_method", "送达方式");
            let on = read.date("serve_on", "日期");
            let succeeded = match form.get("serve_result") {
                "yes" => true,
                "no" => false,
                _ => {
                    read.error("serve_result", "请选择是否送达");
                    false
                }
            };
            let (signer, proof) = (form.get("serve_signer").to_owned(), read.required("serve_proof", "凭据或经过"));
            let server = read.required("serve_server", "送达人");
            read.finish()?;
            let (Some(method), Some(on)) = (method, on) else { return Err(AppError::NotFound) };
            let attempt = Attempt { method, on, succeeded, signer, proof, server };
            Ok(Box::new(move |work| notices::serve(work, id, version, attempt)))
        }
        "consent" => {
            let words = read.required("consent_text", "同意的凭据和指定的系统");
            read.finish()?;
            Ok(Box::new(move |work| notices::consent(work, id, version, &words)))
        }
        "authorship" => {
            let answer = read.code::<Authorship>("authorship", "答复");
            let words = read.required("authorship_text", "理由和证明材料");
            read.finish()?;
            let answer = answer.ok_or(AppError::NotFound)?;
            Ok(Box::new(move |work| notices::answer_authorship(work, id, version, answer, &words)))
        }
        _ => Err(AppError::NotFound),
    }
}

/// Proposed next step of service, in words.
fn next_step(view: &NoticeView) -> (ServiceMethod, String) {
    let consented = !view.notice.consent_text.is_empty();
    if consented && view.attempts.is_empty() {
        return (ServiceMethod::Electronic, "收件人已同意电子送达，先发到指定的系统".to_owned());
    }
    let untried = untried_methods(&view.attempts, consented);
    match untried.first() {
        Some(ServiceMethod::InPerson) => {
            (ServiceMethod::InPerson, "先当面送达；在场拒收的，请见证人到场留置送达".to_owned())
        }
        Some(ServiceMethod::Post) => (ServiceMethod::Post, "当面没有送到，接着邮寄，留存单号和回执".to_owned()),
        Some(method) => (*method, format!("接着用{}", method.title())),
        None => (ServiceMethod::Announcement, "其他方式都没有送到，由质量发展股公告送达".to_owned()),
    }
}

fn draw(ctx: &Ctx, view: &NoticeView, typed: Typed<'_>) -> Markup {
    let (notice, report) = (&view.notice, &view.report);
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let base = format!("/desk/notices/{}", notice.id);
    let number = notice.number.as_deref().unwrap_or_default();
    let lead = format!(
        "{}　{}　报告 {}",
        report.product_name,
        or_slash(&report.model),
        or_slash(report.report_number.as_deref().unwrap_or_default())
    );
    let tries: Vec<Vec<Markup>> = view
        .attempts
        .iter()
        .map(|attempt| {
            vec![
                html! { (attempt.on_date) },
                html! { (attempt.method.title()) },
                if attempt.succeeded { tag(Tone::Done, "已送达") } else { tag(Tone::Bad, "没有送达") },
                html! { (or_slash(&attempt.signer)) },
                html! { (or_slash(&attempt.proof)) },
                html! { (or_slash(&attempt.server)) },
            ]
        })
        .collect();
    let failed = report.conclusion == Some(InspectionConclusion::Nonconforming);
    let body = html! {
        p { (tag(notice_tone(notice.state), notice.state.title())) }
        (title(&format!("检验结果通知书：{}", notice.recipient_words()), &lead))
        (error_summary(&typed.errors()))
        @if let Some(refused) = &typed.again.refusal { (refusal(refused)) }
        (split(acts(&acts_of(ctx, view, typed)), html! {
            (section("通知书", facts(&[
                ("文号", html! { (or_slash(number)) }),
                ("收件人", html! { (or_slash(&notice.recipient_name)) "　" (notice.capacity.title()) }),
                ("送达地址", html! { (or_slash(&notice.recipient_address)) }),
                ("结论", html! { (report.conclusion.map(Code::title).unwrap_or("/")) @if failed { "：" (report.failed_items) } }),
                ("出具日期", clock::iso(notice.issued_on)),
                ("送达单位", html! { @match &view.station { Some(station) => (station.name), None => "质量发展股" } }),
                ("检验报告", html! { a href=(format!("/desk/inspections/{}", report.id)) { (or_slash(report.report_number.as_deref().unwrap_or_default())) } }),
                ("同意电子送达", html! { (or_slash(&notice.consent_text)) }),
            ])))
            (section("送达", html! {
                @if !notice.is_served() && notice.state != NoticeState::Draft && notice.state != NoticeState::Withdrawn {
                    p { "下一步：" (next_step(view).1) "。" }
                }
                @if tries.is_empty() { p class="sub" { "还没有送达的记录。" } }
                @else { (table::table("送达经过", &[text("日期"), text("方式"), text("结果"), text("签收人"), text("凭据或经过"), text("送达人")], &tries)) }
                @if let (Some(announced), Some(deemed)) = (notice.announced_on, notice.deemed_on) {
                    p { "公告日" (clock::day(announced)) "，满三十日" (clock::day(deemed)) "视为送达。" (notice.service_proof) }
                    p class="law" { (law::CPL_95.text()) }
                }
                @if !notice.withdrawn_reason.is_empty() { p { "撤回理由：" (notice.withdrawn_reason) } }
            }))
            (clock::clocks(&view.clocks, today, &calendar))
            @if notice.capacity == RecipientCapacity::LabelledProducer {
                (section("真伪确认", html! {
                    p { (tag(match notice.authorship { Authorship::Denied => Tone::Bad, Authorship::Confirmed => Tone::Done, Authorship::Open => Tone::Waiting }, notice.authorship.title())) }
                    @if notice.authorship == Authorship::Denied { p { "产品涉嫌假冒。查清之前责任仍在销售者，公布时注明否认，不把标称生产者列为责任人。" } }
                    @if !notice.authorship_text.is_empty() { p { (notice.authorship_text) } }
                }))
            }
            (section("异议", html! {
                @if view.objections.is_empty() { p class="sub" { "这个收件人还没有提出异议。" } }
                ul { @for objection in &view.objections { li { a href=(format!("/desk/objections/{}", objection.id)) { (objection.received_on) "　" (objection.kind.title()) } "　" (objection.state.title()) } } }
                @match view.finality.final_on {
                    Some(day) => p { "这批产品的结论自" (clock::day(day)) "起为最终结论。" },
                    None => { p { "结论还不是最终结论：" } ul { @for line in &view.finality.open { li { (line) } } } },
                }
            }))
            (section("文书", html! { ul class="papers" {
                li { span { a href=(format!("{base}/paper")) { "检验结果通知书" } small { (or_slash(number)) @if view.notice.issued_on.is_some() { "　" a href=(format!("{base}/notice.pdf")) { "PDF" } } } } }
                li { span { a href=(format!("{base}/receipt")) { "送达回证" } small { (view.attempts.len()) " 次送达" } } }
            } }))
            (papers(&view.files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect::<Vec<_>>()))
            (timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let page = ctx.page("检验结果通知书").at("/desk/objections");
    shell::page(
        &page
            .crumb("异议", Some("/desk/objections".into()))
            .crumb("检验结果通知书", Some("/desk/notices".into()))
            .crumb(notice.recipient_name.as_str(), None),
        body,
    )
}

fn offer(list: &mut Vec<Act>, open: Result<Notice, ObjectionRefused>, act: Act) {
    match open {
        Ok(_) => list.push(act),
        Err(ObjectionRefused::WrongState { .. }) => {}
        Err(refused) => list.push(Refusal::from(refused).into()),
    }
}

/// Acts open to this person; closed ones with the rule's own words.
fn acts_of(ctx: &Ctx, view: &NoticeView, typed: Typed<'_>) -> Vec<Act> {
    let notice = &view.notice;
    let base = format!("/desk/notices/{}", notice.id);
    let hidden = || hidden(ctx.csrf(), &ctx.once(), notice.version);
    let today = ctx.now().date();
    let mut list = Vec::new();
    let manages = ctx.may(Action::NoticeIssue);
    if manages && notice.state == NoticeState::Draft {
        list.push(typed.form(
            "issue",
            "出具通知书",
            &format!("{base}/issue/issue"),
            hidden(),
            issue_fields(view, typed, today),
            "编号并出具",
        ));
    }
    if ctx.may(Action::NoticeServe) {
        let sendable = [NoticeState::Issued, NoticeState::Sent, NoticeState::Undeliverable, NoticeState::Announced];
        if sendable.contains(&notice.state) {
            list.push(typed.form(
                "attempt",
                "登记一次送达",
                &format!("{base}/serve/attempt"),
                hidden(),
                attempt_fields(ctx, view, typed),
                "登记",
            ));
        }
        if notice.consent_text.is_empty() && !notice.is_served() && notice.is_live() {
            let field = typed
                .area("consent_text", "同意的凭据和指定的系统", "")
                .required()
                .help("例如 送达地址确认书的日期、电子邮箱或者系统名称")
                .render();
            list.push(typed.form(
                "consent",
                "登记同意电子送达",
                &format!("{base}/serve/consent"),
                hidden(),
                field,
                "登记",
            ));
        }
        if notice.capacity == RecipientCapacity::LabelledProducer && notice.authorship == Authorship::Open {
            let answers = [Authorship::Confirmed, Authorship::Denied]
                .map(|answer| (answer.code().to_owned(), answer.title().to_owned()));
            let body = html! {
                (typed.select("authorship", "答复", answers.to_vec(), "").required().render())
                (typed.area("authorship_text", "理由和证明材料", "").required().render())
                (Field::file("attachment", "附件", ".pdf,.jpg,.jpeg,.png").render())
            };
            let act =
                typed.form("authorship", "登记真伪答复", &format!("{base}/serve/authorship"), hidden(), body, "登记");
            offer(&mut list, notice.clone().answer_authorship(Authorship::Confirmed, "·"), act);
        }
    }
    if manages {
        let body = html! {
            (typed.date("announce_on", "公告日期", &today.to_string()).required().render())
            (typed.area("announce_medium", "公告的载体和凭据", "").required().help("网站、公告栏或者报纸，附截图或者照片").render())
        };
        let act = typed.form("announce", "公告送达", &format!("{base}/issue/announce"), hidden(), body, "登记公告");
        offer(&mut list, notice.clone().announce(today, "·", &view.attempts, today), act);
        let field =
            typed.area("withdraw_reason", "撤回理由", "").required().help("撤回后自动另拟一份，原文号作废").render();
        let act =
            typed.form("withdraw", "撤回没有发出的通知书", &format!("{base}/issue/withdraw"), hidden(), field, "撤回");
        if notice.state == NoticeState::Issued && view.attempts.is_empty() {
            list.push(act);
        }
    }
    if ctx.may(Action::ObjectionRegister) && notice.is_live() && notice.state != NoticeState::Draft {
        list.push(Act::link("登记这个收件人的异议", &format!("/desk/objections/new?notice={}", notice.id), false));
    }
    let correctable = hengjian_app::correction::may_propose(ctx.actor(), SubjectKind::Notice);
    if correctable && notice.state == NoticeState::Served {
        list.push(Act::link(
            "更正收到日期",
            &format!("/desk/corrections/new?kind={}&id={}", SubjectKind::Notice.code(), notice.id),
            false,
        ));
    }
    list
}

fn issue_fields(view: &NoticeView, typed: Typed<'_>, today: Date) -> Markup {
    let notice = &view.notice;
    let mut stations = vec![(String::new(), "质量发展股自己送达".to_owned())];
    stations.extend(view.stations.iter().map(|station| (station.id.to_string(), station.name.clone())));
    let unit = notice.unit_id.map(|unit| unit.to_string()).unwrap_or_default();
    let place = format!("{}（质量发展股）", view.organisation.name);
    let custody = view.backup.as_ref().map_or_else(String::new, |sample| {
        format!("备用样品 {} 由{}保管，封条 {}", sample.number, sample.holder, sample.seal_number)
    });
    html! {
        (typed.text("recipient_name", "收件人", &notice.recipient_name).required().render())
        (typed.text("recipient_address", "送达地址", &notice.recipient_address).required().render())
        (typed.text("where_text", "异议的受理地点", &place).required().help("写到科室和地址").render())
        (typed.area("backup_text", "备用样品的保管情况", &custody).render())
        (typed.select("unit_id", "由谁送达", stations, &unit).render())
        (typed.date("issued_on", "出具日期", &today.to_string()).required().help("已经用纸质出具的，填纸质上的日期；不早于确认报告之日，不晚于今天").render())
    }
}

fn attempt_fields(ctx: &Ctx, view: &NoticeView, typed: Typed<'_>) -> Markup {
    let methods: Vec<(String, String)> = ServiceMethod::ALL
        .iter()
        .filter(|method| **method != ServiceMethod::Announcement)
        .map(|method| (method.code().to_owned(), method.title().to_owned()))
        .collect();
    let (proposed, words) = next_step(view);
    let results = vec![("yes".to_owned(), "已送达".to_owned()), ("no".to_owned(), "没有送达".to_owned())];
    html! {
        (typed.select("serve_method", "送达方式", methods, proposed.code()).required().help(words).render())
        (typed.date("serve_on", "日期", &ctx.now().date().to_string()).required().help("电子送达填到达指定系统的日期").render())
        (typed.select("serve_result", "结果", results, "").required().render())
        (typed.text("serve_signer", "签收人及其与收件人的关系", "").help("直接、邮寄、委托送达必填").render())
        (typed.area("serve_proof", "凭据或经过", "").required().help("送达回证、邮寄单号、见证人、没有送到的经过").render())
        (typed.text("serve_server", "送达人", &ctx.actor().name).required().render())
        (Field::file("attachment", "照片或扫描件", ".pdf,.jpg,.jpeg,.png").render())
    }
}
