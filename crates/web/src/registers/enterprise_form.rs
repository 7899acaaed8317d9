//! Forms of an enterprise: entering, changing, product lines. What was typed stays when something is wrong.

use super::{FormPage, chosen, id, page};
use crate::{Ctx, FormData, PageResult, components::form::Field, error::Again};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult, Work,
    registers::{
        self,
        enterprises::{self, LineEntry},
    },
};
use hengjian_domain::{
    code::Code,
    enterprise::{
        CreditClass, Enterprise, EnterpriseEntry, EnterpriseId, EnterpriseKind, EnterpriseProduct, EnterpriseScale,
        EnterpriseStatus, Lookalike, ProductRole,
    },
    money,
    organisation::OrganisationKind,
    product::ProductCategory,
};
use maud::{Markup, html};

const LIST: &str = "/desk/registers/enterprises";

/// What the form offers to choose from.
struct Choices {
    towns: Vec<(String, String)>,
    stations: Vec<(String, String)>,
    region_code: String,
}

fn choices(work: &mut Work<'_>) -> AppResult<Choices> {
    let org = work.actor().org_id;
    let mut towns = vec![(String::new(), "不清楚".to_owned())];
    towns.extend(enterprises::towns(work, org)?.into_iter().map(|(code, name)| {
        let words = enterprises::with_code(&code, &name);
        (code, words)
    }));
    let mut stations = vec![(String::new(), "由乡镇确定".to_owned())];
    let units = registers::units_of(work, org, &[OrganisationKind::Station])?;
    stations.extend(units.into_iter().map(|unit| (unit.id.to_string(), unit.name)));
    Ok(Choices { towns, stations, region_code: work.organisation(org)?.region_code })
}

fn read(form: &FormData) -> AppResult<EnterpriseEntry> {
    let mut reader = form.reader();
    let code = reader.optional("uscc").map(|text| enterprises::check_code(&text));
    let staff_count = if form.get("staff_count").is_empty() {
        None
    } else {
        Some(reader.integer("staff_count", "从业人员", 0..=10_000_000))
    };
    let annual_revenue_fen = if form.get("annual_revenue").is_empty() {
        None
    } else {
        Some(reader.money("annual_revenue", "年营业收入"))
    };
    let entry = EnterpriseEntry {
        uscc_valid: code.as_ref().is_some_and(|code| code.valid),
        uscc: code.map(|code| code.normalised),
        legacy_number: reader.optional("legacy_number"),
        name: form.get("name").to_owned(),
        kind: EnterpriseKind::from_code(form.get("kind")),
        address: form.get("address").to_owned(),
        region_code: form.get("region_code").to_owned(),
        town_code: reader.optional("town_code"),
        station: chosen(form, "station"),
        legal_representative: reader.optional("legal_representative"),
        contact_name: reader.optional("contact_name"),
        contact_phone: reader.optional("contact_phone"),
        scale: EnterpriseScale::from_code(form.get("scale")),
        staff_count,
        annual_revenue_fen,
        credit_class: CreditClass::from_code(form.get("credit_class")),
        status: EnterpriseStatus::from_code(form.get("status")),
    };
    reader.finish()?;
    Ok(entry)
}

fn fields(form: &FormData, problems: &Again, choices: &Choices, alike: &[Lookalike]) -> Markup {
    let check = Some(form.get("uscc")).filter(|code| !code.is_empty()).map(enterprises::check_code);
    let check = check.filter(|check| !check.valid);
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).value(form.get(name)).error(problems.of(name))
    };
    let code_help = check.map_or_else(
        || "按营业执照填写；校验不符的照样保存并标明，不改动".to_owned(),
        |check| format!("{}。请核对营业执照；确实如此的可以保存", check.message),
    );
    html! {
        @if !alike.is_empty() {
            section class="flash flash--soon" aria-label="可能是同一家" {
                h2 { "登记库里相同或相近的" }
                ul { @for other in alike { li { a href=(format!("{LIST}/{}", other.id)) { (other.name) } "　" span class="code" { (other.code) } "　" (other.address) "　" (other.why) } } }
                (Field::checkbox("confirmed", "已逐家看过，确认不是同一家").ticked(form.ticked("confirmed")).render())
            }
        }
        div class="fields" {
            (field("name", "名称").required().width("c8").render())
            (Field::choice::<EnterpriseKind>("kind", "类型").required().width("c4").value(form.get("kind")).error(problems.of("kind")).render())
            (field("uscc", "统一社会信用代码").width("c6").help(code_help).render())
            (field("legacy_number", "原注册号或本局编号").width("c6").help("没有信用代码时填写").render())
            (field("address", "生产经营地址").required().render())
            (field("region_code", "行政区划代码").required().width("c4").help("县级 6 位").render())
            (Field::select("town_code", "乡镇", choices.towns.clone()).width("c4").value(form.get("town_code")).error(problems.of("town_code")).help("负责所由乡镇确定").render())
            (Field::select("station", "负责所", choices.stations.clone()).width("c4").value(form.get("station")).error(problems.of("station")).help("乡镇不清楚时选择").render())
            (Field::choice::<CreditClass>("credit_class", "信用分类").width("c4").value(form.get("credit_class")).render())
            (Field::choice::<EnterpriseStatus>("status", "状态").width("c4").value(form.get("status")).render())
            (Field::choice::<EnterpriseScale>("scale", "规模").width("c4").value(form.get("scale")).render())
            (field("staff_count", "从业人员").width("c6").unit("人").render())
            (field("annual_revenue", "年营业收入").width("c6").unit("元").render())
            (field("legal_representative", "法定代表人或经营者").width("c4").render())
            (field("contact_name", "联系人").width("c4").render())
            (field("contact_phone", "联系电话").width("c4").render())
        }
    }
}

/// The refusal of lookalikes carries their names; the page needs their addresses, so they are looked up again.
async fn alike(
    ctx: &Ctx,
    form: &FormData,
    except: Option<EnterpriseId>,
    problems: &Again,
) -> AppResult<Vec<Lookalike>> {
    let similar = problems.refusal.as_ref().is_some_and(|refusal| refusal.code == "enterprise.similar");
    match read(form) {
        Ok(entry) if similar || form.ticked("confirmed") => {
            ctx.view(move |work| enterprises::lookalikes(work, &entry, except)).await
        }
        _ => Ok(Vec::new()),
    }
}

async fn new_form(ctx: &Ctx, form: &FormData, problems: &Again) -> AppResult<Markup> {
    let choices = ctx.view(choices).await?;
    let alike = alike(ctx, form, None, problems).await?;
    let frame = FormPage {
        page: page(ctx, "登记市场主体", &[("市场主体", LIST.into())]),
        title: "登记市场主体",
        lead: "同一信用代码只登记一次；名称或地址相近的会列出来，请先核对。",
        action: format!("{LIST}/new"),
        version: 0,
        button: "登记",
        back: LIST.into(),
    };
    Ok(frame.render(ctx, problems, fields(form, problems, &choices, &alike)))
}

/// `GET /desk/registers/enterprises/new`
pub async fn new_page(ctx: Ctx) -> PageResult {
    let choices = ctx.view(choices).await?;
    let form = FormData::of([
        ("kind", EnterpriseKind::Enterprise.code().to_owned()),
        ("region_code", choices.region_code),
        ("credit_class", CreditClass::Unclassified.code().to_owned()),
        ("status", EnterpriseStatus::Active.code().to_owned()),
        ("scale", EnterpriseScale::Unknown.code().to_owned()),
    ]);
    Ok(new_form(&ctx, &form, &Again::default()).await?.into_response())
}

/// `POST /desk/registers/enterprises/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let made = match read(&form) {
        Ok(entry) => {
            let (once, confirmed) = (form.once(), form.ticked("confirmed"));
            ctx.act(move |work| enterprises::enter(work, entry, confirmed, &once)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("{LIST}/{id}")).into_response()),
        Err(error) => {
            let problems = Again::from_error(error)?;
            Ok((problems.status(), new_form(&ctx, &form, &problems).await?).into_response())
        }
    }
}

async fn change_form(ctx: &Ctx, row: &Enterprise, form: &FormData, problems: &Again) -> AppResult<Markup> {
    let choices = ctx.view(choices).await?;
    let alike = alike(ctx, form, Some(row.id), problems).await?;
    let back = format!("{LIST}/{}", row.id);
    let frame = FormPage {
        page: page(ctx, "修改登记", &[("市场主体", LIST.into()), (&row.name, back.clone())]),
        title: "修改登记",
        lead: &row.name,
        action: format!("{back}/change"),
        version: row.version,
        button: "保存",
        back,
    };
    Ok(frame.render(ctx, problems, fields(form, problems, &choices, &alike)))
}

fn filled(row: &Enterprise) -> FormData {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    FormData::of([
        ("name", row.name.clone()),
        ("kind", row.kind.code().to_owned()),
        ("uscc", text(&row.uscc)),
        ("legacy_number", text(&row.legacy_number)),
        ("address", row.address.clone()),
        ("region_code", row.region_code.clone()),
        ("town_code", text(&row.town_code)),
        ("station", row.unit_id.map(|unit| unit.to_string()).unwrap_or_default()),
        ("credit_class", row.credit_class.code().to_owned()),
        ("status", row.status.code().to_owned()),
        ("scale", row.scale.code().to_owned()),
        ("staff_count", row.staff_count.map(|count| count.to_string()).unwrap_or_default()),
        ("annual_revenue", row.annual_revenue_fen.map(money::yuan).unwrap_or_default()),
        ("legal_representative", text(&row.legal_representative)),
        ("contact_name", text(&row.contact_name)),
        ("contact_phone", text(&row.contact_phone)),
    ])
}

/// `GET /desk/registers/enterprises/{id}/change`
pub async fn change_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let enterprise: EnterpriseId = id(&path)?;
    let row = ctx.view(move |work| work.load::<Enterprise>(enterprise)).await?;
    Ok(change_form(&ctx, &row, &filled(&row), &Again::default()).await?.into_response())
}

/// `POST /desk/registers/enterprises/{id}/change`
pub async fn change(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let enterprise: EnterpriseId = id(&path)?;
    let done = match read(&form) {
        Ok(entry) => {
            let (version, confirmed) = (form.version(), form.ticked("confirmed"));
            ctx.act(move |work| enterprises::change(work, enterprise, version, entry, confirmed)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{enterprise}")).into_response()),
        Err(error) => {
            let problems = Again::from_error(error)?;
            let mut row = ctx.view(move |work| work.load::<Enterprise>(enterprise)).await?;
            row.version = form.version();
            Ok((problems.status(), change_form(&ctx, &row, &form, &problems).await?).into_response())
        }
    }
}

// Product lines.

fn read_line(form: &FormData) -> AppResult<LineEntry> {
    let mut reader = form.reader();
    let category = reader.id("category_id", "产品分类");
    let role = reader.code("role", "环节");
    let entry_rest = (reader.optional("licence_number"), reader.optional_date("licence_until_on", "有效期"));
    reader.finish()?;
    let missing = || hengjian_app::AppError::field("category_id", "请选择产品分类");
    Ok(LineEntry {
        category_id: category.ok_or_else(missing)?,
        role: role.ok_or_else(missing)?,
        models: form.get("models").to_owned(),
        licence_number: entry_rest.0,
        licence_until_on: entry_rest.1,
    })
}

async fn line_form(
    ctx: &Ctx,
    owner: EnterpriseId,
    line: Option<&EnterpriseProduct>,
    form: &FormData,
    problems: &Again,
) -> AppResult<Markup> {
    let (owner, categories) = ctx
        .view(move |work| {
            let owner: Enterprise = work.load(owner)?;
            Ok((owner.clone(), work.tx.categories(owner.org_id)?))
        })
        .await?;
    let today = ctx.now().date();
    let kept = form.get("category_id");
    let offered = |category: &&ProductCategory| category.in_force(today) || category.id.to_string() == kept;
    let options: Vec<(String, String)> = categories
        .iter()
        .filter(offered)
        .map(|category| (category.id.to_string(), format!("{}（{}）", category.name, category.code)))
        .collect();
    let back = format!("{LIST}/{}", owner.id);
    let (name, action) = match line {
        Some(line) => ("修改产品", format!("{back}/products/{}", line.id)),
        None => ("登记产品", format!("{back}/products/new")),
    };
    let frame = FormPage {
        page: page(ctx, name, &[("市场主体", LIST.into()), (&owner.name, back.clone())]),
        title: name,
        lead: &owner.name,
        action,
        version: line.map_or(0, |line| line.version),
        button: "保存",
        back,
    };
    let fields = html! {
        @if options.is_empty() { p class="flash flash--soon" { "还没有产品分类。请先在登记库的" a href="/desk/registers/products" { "产品分类" } "里登记。" } }
        div class="fields" {
            (Field::select("category_id", "产品分类", options).required().width("c8").value(kept).error(problems.of("category_id")).render())
            (Field::choice::<ProductRole>("role", "环节").required().width("c4").value(form.get("role")).error(problems.of("role")).render())
            (Field::area("models", "型号").value(form.get("models")).help("每行一个；不清楚的不填").render())
            (Field::text("licence_number", "许可证或认证编号").width("c8").value(form.get("licence_number")).render())
            (Field::date("licence_until_on", "有效期至").width("c4").value(form.get("licence_until_on")).error(problems.of("licence_until_on")).render())
        }
    };
    Ok(frame.render(ctx, problems, fields))
}

/// `GET /desk/registers/enterprises/{id}/products/new`
pub async fn line_new_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let owner = id(&path)?;
    Ok(line_form(&ctx, owner, None, &FormData::default(), &Again::default()).await?.into_response())
}

/// `POST /desk/registers/enterprises/{id}/products/new`
pub async fn line_create(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let owner: EnterpriseId = id(&path)?;
    let done = match read_line(&form) {
        Ok(entry) => {
            let once = form.once();
            ctx.act(move |work| {
                work.once(&once, &format!("{LIST}/{owner}"))?;
                enterprises::keep_line(work, owner, None, entry)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{owner}")).into_response()),
        Err(error) => {
            let problems = Again::from_error(error)?;
            Ok((problems.status(), line_form(&ctx, owner, None, &form, &problems).await?).into_response())
        }
    }
}

/// `GET /desk/registers/enterprises/{id}/products/{line}`
pub async fn line_page(ctx: Ctx, Path((path, line)): Path<(String, String)>) -> PageResult {
    let (owner, line) = (id(&path)?, id(&line)?);
    let line = ctx
        .view(move |work| work.load::<EnterpriseProduct>(line as hengjian_domain::enterprise::EnterpriseProductId))
        .await?;
    let form = FormData::of([
        ("category_id", line.category_id.to_string()),
        ("role", line.role.code().to_owned()),
        ("models", line.models.clone()),
        ("licence_number", line.licence_number.clone().unwrap_or_default()),
        ("licence_until_on", line.licence_until_on.map(|day| day.to_string()).unwrap_or_default()),
    ]);
    Ok(line_form(&ctx, owner, Some(&line), &form, &Again::default()).await?.into_response())
}

/// `POST /desk/registers/enterprises/{id}/products/{line}`
pub async fn line_change(ctx: Ctx, Path((path, line)): Path<(String, String)>, form: FormData) -> PageResult {
    let (owner, line): (EnterpriseId, hengjian_domain::enterprise::EnterpriseProductId) = (id(&path)?, id(&line)?);
    let done = match read_line(&form) {
        Ok(entry) => {
            let version = form.version();
            ctx.act(move |work| enterprises::keep_line(work, owner, Some((line, version)), entry)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{owner}")).into_response()),
        Err(error) => {
            let problems = Again::from_error(error)?;
            let mut row = ctx.view(move |work| work.load::<EnterpriseProduct>(line)).await?;
            row.version = form.version();
            Ok((problems.status(), line_form(&ctx, owner, Some(&row), &form, &problems).await?).into_response())
        }
    }
}

/// `POST /desk/registers/enterprises/{id}/products/{line}/remove`
pub async fn line_remove(ctx: Ctx, Path((path, line)): Path<(String, String)>, form: FormData) -> PageResult {
    let (owner, line): (EnterpriseId, hengjian_domain::enterprise::EnterpriseProductId) = (id(&path)?, id(&line)?);
    let version = form.version();
    ctx.act(move |work| enterprises::remove_line(work, owner, line, version)).await?;
    Ok(Redirect::to(&format!("{LIST}/{owner}")).into_response())
}
