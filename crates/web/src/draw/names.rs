//! The names, for the dispatcher of that draw alone: the answer to an act that is journalled, never a page of its own
//! address. From here every visit goes to its team with its release time and the station officer who accompanies.

use super::kind_note;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        thing::facts,
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError,
    draw::{self, DispatchLine, DrawnUnit, Names},
};
use hengjian_domain::{
    draw::{DrawId, DrawPhase},
    law,
};
use maud::{Markup, html};

/// `POST /desk/draws/{id}/names`
pub async fn open(ctx: Ctx, Path(id): Path<DrawId>, _form: FormData) -> PageResult {
    match ctx.act(move |work| draw::open_names(work, id)).await {
        Ok(names) => Ok(render(&ctx, &names, &Again::default(), None).into_response()),
        Err(error) => super::page::done(&ctx, id, Err(error)).await,
    }
}

fn render(ctx: &Ctx, names: &Names, problems: &Again, typed: Option<&FormData>) -> Markup {
    let (draw, base) = (&names.draw, draw::address(names.draw.id));
    let handing_over = draw.phase == DrawPhase::Confirmed;
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let lead = format!("共 {} 家。这一页只给您看，不要打印、转发，不得事先通知。", names.units.len());
    let body = html! {
        (title("抽中的单位", &lead))
        (kind_note(draw))
        p class="law gap-top" { (law::SEED_7_2.cited()) }
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        @if handing_over {
            form method="post" action=(format!("{base}/dispatch")) {
                (hidden(ctx.csrf(), &ctx.once(), draw.version))
                @for (n, unit) in names.units.iter().enumerate() { (unit_section(n, unit, Some((names, problems, typed)))) }
                section class="sec" { h2 { "派发" }
                    p { "派发以后，每个小组从各自的时间起看到自己的任务，别人看不到。" }
                    p class="bar-row" { button class="btn btn--main" type="submit" { "派发 " (names.units.len()) " 次抽样" } a href=(base) { "先不派发" } }
                }
            }
        } @else {
            @for (n, unit) in names.units.iter().enumerate() { (unit_section(n, unit, None)) }
            p class="gap-top" { a href=(base) { "回到这次抽取" } }
        }
    };
    let page = ctx.page("抽中的单位").at("/desk/draws").crumb("随机抽取", Some("/desk/draws".into()));
    shell::page(&page.crumb("这次抽取", Some(draw::address(draw.id))).crumb("抽中的单位", None), body)
}

type Fields<'f> = (&'f Names, &'f Again, Option<&'f FormData>);

fn unit_section(n: usize, unit: &DrawnUnit, fields: Option<Fields<'_>>) -> Markup {
    let firm = &unit.enterprise;
    let heading = format!("{}　{}", n + 1, firm.name);
    section(
        &heading,
        html! {
            (facts(&[
                ("编号", html! { span class="code" { (or_slash(firm.uscc.as_deref().or(firm.legacy_number.as_deref()).unwrap_or_default())) } }),
                ("地址", html! { (or_slash(&firm.address)) }),
                ("辖区", html! { (or_slash(&unit.station)) }),
                ("小组", html! { (unit.lead) "、" (unit.second) }),
                ("不得抽的型号", html! { @if unit.blocked_models.is_empty() { "/" } @else { ul { @for model in unit.blocked_models.lines() { li { (model) } } } } }),
            ]))
            @if unit.designated { p class="sub" { "指定的单位，不是抽中的。" } }
            @if let Some((names, problems, typed)) = fields { (unit_fields(unit, names, problems, typed)) }
        },
    )
}

fn unit_fields(unit: &DrawnUnit, names: &Names, problems: &Again, typed: Option<&FormData>) -> Markup {
    let (release, accompany) = (format!("release_{}", unit.member_id), format!("accompany_{}", unit.member_id));
    let mut officers: Vec<(String, String)> = vec![("-".to_owned(), "不需要陪同".to_owned())];
    officers.extend(
        names.station_officers.iter().map(|(user, name, station)| (user.to_string(), format!("{station} {name}"))),
    );
    let proposed = unit.accompanying.map_or_else(|| "-".to_owned(), |user| user.to_string());
    let at = typed.map_or_else(|| names.release_at.form_value(), |form| form.get(&release).to_owned());
    let who = typed.map_or(proposed, |form| form.get(&accompany).to_owned());
    html! {
        input type="hidden" name="unit" value=(unit.member_id);
        div class="fields gap-top" {
            (Field::instant(release.as_str(), "小组从何时可看").required().width("c6").value(at).error(problems.of(&release)).help(format!("抽样期限 {}，在这几天以内", names.window.words())).render())
            (Field::select(accompany.as_str(), "所里陪同人员", officers).width("c6").value(who).error(problems.of(&accompany)).render())
        }
    }
}

/// `POST /desk/draws/{id}/dispatch`
pub async fn dispatch(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let mut reader = form.reader();
    let mut lines = Vec::new();
    for unit in form.all("unit") {
        let (release, accompany) = (format!("release_{unit}"), format!("accompany_{unit}"));
        let release_at = reader.instant(&release, "可看时间");
        let alone = matches!(form.get(&accompany), "-" | "");
        let accompanying = if alone { None } else { reader.id(&accompany, "陪同人员") };
        if let (Ok(member_id), Some(release_at)) = (unit.parse(), release_at) {
            lines.push(DispatchLine { member_id, release_at, accompanying });
        }
    }
    let outcome = match reader.finish() {
        Ok(()) => ctx.act(move |work| draw::dispatch(work, id, version, &once, &lines)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&draw::address(id)).into_response()),
        Err(error @ (AppError::Fields(_) | AppError::Refused(_) | AppError::Stale)) => {
            // The page names firms, so showing it again is another reading, and journalled as one.
            match ctx.act(move |work| draw::open_names(work, id)).await {
                Ok(names) => again(error, |problems| render(&ctx, &names, problems, Some(&form))),
                Err(_) => super::page::done(&ctx, id, Err(error)).await,
            }
        }
        Err(error) => Err(error.into()),
    }
}
