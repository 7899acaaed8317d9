//! A case handed down by a superior or a peer, entered by hand: the day of receipt sets the clocks running.

use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell::{self, title},
    },
    error::{Again, again},
    form::Upload,
    objection::typed::Typed,
};
use axum::response::{IntoResponse, Redirect};
use hengjian_app::{
    AppError, AppResult,
    follow_up::{self, NewAssignment},
};
use hengjian_domain::{
    calendar::Calendar,
    clock::SubjectKind,
    code::Code,
    deadline,
    organisation::{Organisation, Tier},
};
use jiff::civil::Date;
use maud::{Markup, html};

/// Field of the letter.
const LETTER: &str = "letter";

/// Field that says: the day of receipt is right although the term has passed.
const LATE: &str = "late_known";

/// The last day of the verification where it has passed before the case is opened.
fn overdue_at_once(received_on: Date, today: Date, calendar: &Calendar) -> Option<Date> {
    let due = deadline::VERIFICATION.derive(received_on, calendar).due_strict;
    (due < today).then_some(due)
}

/// `GET /desk/cases/new`
pub async fn page(ctx: Ctx) -> PageResult {
    let receivers = ctx.view(follow_up::receivers).await?;
    Ok(draw(&ctx, &receivers, Typed::fresh(&Again::default())).into_response())
}

fn draw(ctx: &Ctx, receivers: &[Organisation], typed: Typed<'_>) -> Markup {
    let below = receivers.iter().map(|unit| (unit.id.to_string(), unit.name.clone())).collect::<Vec<_>>();
    let tiers = Tier::ALL.iter().map(|tier| (tier.code().to_owned(), tier.title().to_owned())).collect();
    let today = ctx.now().date().to_string();
    let body = html! {
        (title("登记交办案件", "上级或同级部门转来的不合格产品，逐件登记。成批的请用导入。"))
        (error_summary(&typed.errors()))
        @if let Some(refused) = &typed.again.refusal { (refusal(refused)) }
        form class="form" method="post" action="/desk/cases/new" enctype="multipart/form-data" {
            (hidden(ctx.csrf(), &ctx.once(), 0))
            section class="sec" { h2 { "从哪里来" }
                div class="fields" {
                    @if !below.is_empty() { (typed.select("receiver", "承办单位", below.clone(), "").required().width("c8").help("案件立到这个机关，由它签收、分派").render()) }
                    (typed.select("tier", "抽查级别", tiers, Tier::Municipal.code()).required().width("c4").render())
                    (typed.date("received_on", "收到日期", &today).required().width("c4").help("收到次日起算：核查处置 5 个工作日，报告异议 7 个工作日").render())
                    @if typed.again.of(LATE).is_some() || typed.form.is_some_and(|form| form.ticked(LATE)) { (typed.tick(LATE, "日期无误，知道立案时已经超期").render()) }
                    (typed.text("organiser_name", "组织抽查的机关", "").required().width("c6").render())
                    (typed.text("assigned_by", "交办机关", "").required().width("c6").render())
                    (typed.text("external_number", "交办文号或对方编号", "").width("c6").render())
                    (typed.text("report_number", "检验报告编号", "").required().width("c6").help("同一编号、同一当事人、同一产品和批次只立一案；没有编号的按机关和报告认").render())
                }
            }
            section class="sec" { h2 { "当事人" }
                div class="fields" {
                    (typed.text("party_name", "被抽样单位", "").required().width("c6").render())
                    (typed.text("party_uscc", "统一社会信用代码", "").width("c6").help("有代码的按代码对应登记库，推荐负责的所").render())
                    (typed.text("party_address", "地址", "").required().width("c8").render())
                }
            }
            section class="sec" { h2 { "产品" }
                div class="fields" {
                    (typed.text("product_name", "产品名称", "").required().width("c6").render())
                    (typed.text("trademark", "商标", "").width("c3").render())
                    (typed.text("model", "规格型号", "").width("c3").render())
                    (typed.text("batch_text", "生产日期或批号", "").width("c4").render())
                    (typed.text("producer_name", "标称生产者", "").required().width("c8").render())
                    (typed.area("failed_items", "不合格项目", "").required().help("多项用顿号分开").render())
                }
            }
            (Field::file(LETTER, "交办函或检验报告", ".pdf,.jpg,.jpeg,.png").error(typed.again.of(LETTER)).render())
            p { button class="btn btn--main" type="submit" { "立案" } "　" a href="/desk/cases" { "返回" } }
        }
    };
    let page = ctx.page("登记交办案件").at("/desk/cases").crumb("后处理", Some("/desk/cases".into()));
    shell::page(&page.crumb("登记交办案件", None), body)
}

fn read(form: &FormData, today: Date, calendar: &Calendar) -> AppResult<NewAssignment> {
    let mut read = form.reader();
    let text = |name: &str| form.get(name).to_owned();
    let tier = read.code::<Tier>("tier", "抽查级别");
    let received_on = read.date("received_on", "收到日期");
    if let Some(day) = received_on.filter(|day| *day > today) {
        read.error("received_on", format!("收到日期不能晚于今天 {today}，现在是 {day}"));
    }
    if let Some(due) = received_on.and_then(|on| overdue_at_once(on, today, calendar)).filter(|_| !form.ticked(LATE)) {
        let why = format!(
            "按这个收到日期，核查处置应在 {due} 前办完，立案时已经超期。日期写错的请改；没有错的，请勾选“日期无误”"
        );
        read.error(LATE, why);
    }
    let organiser_name = read.required("organiser_name", "组织抽查的机关");
    let assigned_by = read.required("assigned_by", "交办机关");
    let report_number = read.required("report_number", "检验报告编号");
    let party_name = read.required("party_name", "被抽样单位");
    let party_address = read.required("party_address", "地址");
    let product_name = read.required("product_name", "产品名称");
    let producer_name = read.required("producer_name", "标称生产者");
    let failed_items = read.required("failed_items", "不合格项目");
    read.finish()?;
    let missing = || AppError::fault("a checked field is missing");
    Ok(NewAssignment {
        receiver: form.get("receiver").parse().ok(),
        tier: tier.ok_or_else(missing)?,
        received_on: received_on.ok_or_else(missing)?,
        organiser_name,
        assigned_by,
        external_number: text("external_number"),
        party_name,
        party_address,
        party_uscc: text("party_uscc"),
        product_name,
        trademark: text("trademark"),
        model: text("model"),
        batch_text: text("batch_text"),
        producer_name,
        report_number,
        failed_items,
    })
}

/// `POST /desk/cases/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let files: Vec<Upload> = form.files(LETTER).into_iter().cloned().collect();
    let once = form.once();
    let made = match read(&form, ctx.now().date(), &ctx.app.calendar()) {
        Ok(new) => {
            ctx.act(move |work| {
                work.once(&once, "/desk/cases")?;
                let (report, party) = (new.report_number.clone(), new.party_name.clone());
                let id = follow_up::open_assigned(work, new)?.ok_or_else(|| {
                    let words = format!("报告 {report}（{party}）已经立案，不重复立案。请在列表里按报告编号查找");
                    AppError::field("report_number", words)
                })?;
                for file in &files {
                    work.keep_file((SubjectKind::Case, id), "交办函", LETTER, &file.name, &file.bytes)?;
                }
                Ok(id)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/desk/cases/{id}")).into_response()),
        Err(error) => {
            let receivers = ctx.view(follow_up::receivers).await?;
            again(error, |again| draw(&ctx, &receivers, Typed { form: Some(&form), act: "", again }))
        }
    }
}
