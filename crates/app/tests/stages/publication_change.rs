//! 公布 when something changes: an amended report, a result decided anew, a failed amendment, a mask, a second pair of hands.

use crate::{
    publication::{Report, confirmed, day, drafted, found, include, refused, released, step, version},
    support::{Bureau, on_each_database},
};
use hengjian_app::{
    AppError, AppResult, Event, Work,
    publication::{self, EntryWords, Mask},
    registers::rules,
    testing,
};
use hengjian_domain::{
    clock::{Clock, ClockState},
    policy::Action,
    publication::{EntryState, FinalResult, MaskKind, PublicField, PublicationEntry, PublicationId},
    testing::{Inspection, InspectionConclusion, InspectionId, InspectionState},
};

/// Changes rows as another stage would have left them.
fn change(bureau: &Bureau, run: impl FnOnce(&mut Work<'_>) -> AppResult<()> + Send + 'static) {
    let act = move |work: &mut Work<'_>| {
        run(work)?;
        work.record(Event::new("test.change", "测试改动").about(work.actor().org_id));
        Ok(())
    };
    bureau.app.act(&bureau.actor("result"), Action::ReportRegister, act).expect("change");
}
fn report(work: &mut Work<'_>, id: InspectionId) -> AppResult<Inspection> {
    work.load(id)
}
fn entries(bureau: &Bureau, id: PublicationId) -> Vec<PublicationEntry> {
    bureau.app.store().read(|tx| tx.entries_of(id)).expect("entries")
}
fn duty(bureau: &Bureau, id: InspectionId) -> Option<Clock> {
    let clocks = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
    clocks.into_iter().find(|clock| clock.rule == "D18" && clock.state == ClockState::Open)
}
fn review(bureau: &Bureau, id: PublicationId) {
    step(bureau, "publish", Action::PublicationDraft, id, publication::submit).expect("submitted");
    step(bureau, "result", Action::PublicationBusinessReview, id, publication::review_business).expect("business");
    let secrecy = |work: &mut Work<'_>, id, version| publication::review_secrecy(work, id, version, true);
    step(bureau, "secrecy", Action::PublicationSecrecyReview, id, secrecy).expect("secrecy");
    step(bureau, "leader", Action::PublicationApprove, id, publication::approve).expect("approved");
}
fn publish(bureau: &Bureau, id: PublicationId) -> AppResult<()> {
    step(bureau, "publish", Action::PublicationDraft, id, publication::publish)
}

/// Decision 公布前提, regulations §7.3: asked at the choice, at the submission and again at the moment of publishing.
#[test]
fn regulations_7_3_the_guards_are_asked_three_times() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        let first = confirmed(bureau, &Report::default());
        bureau.app.daily().expect("daily");
        let id = drafted(bureau);
        for (state, purpose, code) in [
            (InspectionState::Amending, None, "publication.does_not_stand"),
            (
                InspectionState::Confirmed,
                Some(hengjian_domain::testing::InspectionPurpose::Recheck),
                "publication.not_first",
            ),
        ] {
            change(bureau, move |work| {
                let mut inspection = report(work, first)?;
                inspection.state = state;
                inspection.purpose = purpose.unwrap_or(inspection.purpose);
                work.save(&mut inspection)
            });
            refused(include(bureau, id, vec![first]), code);
        }
        change(bureau, move |work| {
            let mut inspection = report(work, first)?;
            inspection.purpose = hengjian_domain::testing::InspectionPurpose::First;
            work.save(&mut inspection)
        });
        include(bureau, id, vec![first]).expect("included");
        // The result is decided anew while the draft lies about, and once more after it was approved.
        let decided_anew = |items: &'static str| {
            change(bureau, move |work| {
                let mut result: FinalResult = work.tx.final_result_of(first)?.ok_or(AppError::NotFound)?;
                result.failed_items = items.to_owned();
                work.save(&mut result)
            });
        };
        decided_anew("绝缘厚度");
        refused(step(bureau, "publish", Action::PublicationDraft, id, publication::submit), "publication.changed");
        let take_anew = || {
            let entry = entries(bureau, id)[0].id;
            let version = version(bureau, id);
            let act = move |work: &mut Work<'_>| publication::remove(work, id, version, entry);
            bureau.app.act(&bureau.actor("publish"), Action::PublicationDraft, act).expect("removed");
            include(bureau, id, vec![first]).expect("taken anew");
        };
        take_anew();
        assert_eq!(entries(bureau, id)[0].failed_items, "绝缘厚度");
        review(bureau, id);
        decided_anew("导体电阻、绝缘厚度");
        refused(publish(bureau, id), "publication.changed");
        // Open again: a recipient was served once more.
        change(bureau, move |work| {
            for mut notice in work.tx.notices_of(first)? {
                notice.window_until_on = Some(day("2021-09-30"));
                work.save(&mut notice)?;
            }
            Ok(())
        });
        refused(publish(bureau, id), "publication.not_final");
    });
}

/// Regulations §2.10: an amended result takes the place of the published one, both stay in sight; one batch has one live
/// entry at most.
#[test]
fn an_amended_report_corrects_what_is_public() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        let old = confirmed(bureau, &Report::default());
        bureau.app.daily().expect("daily");
        let first = released(bureau, vec![old]);
        let new = confirmed(bureau, &Report { failed: false, ..Report::default() });
        change(bureau, move |work| {
            let (mut before, mut after) = (report(work, old)?, report(work, new)?);
            (before.state, after.amends_id) = (InspectionState::Replaced, Some(old));
            work.save(&mut before)?;
            work.save(&mut after)
        });
        bureau.app.daily().expect("daily");
        let id = drafted(bureau);
        refused(include(bureau, id, vec![old]), "publication.does_not_stand");
        include(bureau, id, vec![new]).expect("as a correction");
        let draft = entries(bureau, id).remove(0);
        assert_eq!(draft.corrects_id, Some(entries(bureau, first)[0].id));
        refused(include(bureau, id, vec![new]), "publication.twice");
        assert_eq!(entries(bureau, first)[0].state, EntryState::Live, "until the new one is released");
        review(bureau, id);
        publish(bureau, id).expect("published");
        assert_eq!(entries(bureau, first)[0].state, EntryState::Corrected);
        assert_eq!(found(bureau, "电缆").len(), 1);
        let code = entries(bureau, first)[0].public_code.clone();
        let seen = bureau.app.public_view(|view| publication::entry(view, &code)).expect("old page stays");
        assert_eq!(
            (seen.entry.state, seen.entry.conclusion),
            (EntryState::Corrected, InspectionConclusion::Nonconforming)
        );
        assert_eq!(seen.other_versions.len(), 1);
        assert_eq!(seen.other_versions[0].conclusion, InspectionConclusion::NoNonconformityFound);
        let another = drafted(bureau);
        refused(include(bureau, another, vec![new]), "publication.twice");
        // The newest version is withdrawn: the older ones name nobody either.
        let withdraw = |work: &mut Work<'_>, id, version| publication::withdraw(work, id, version, "决定撤销");
        step(bureau, "leader", Action::PublicationApprove, id, withdraw).expect("withdrawn");
        let seen = bureau.app.public_view(|view| publication::entry(view, &code)).expect("old page stays");
        assert_eq!(seen.entry.sampled_name, "");
        let due = duty(bureau, new).expect("OGI 第二十六条: to be published again");
        assert_eq!((due.trigger_on, due.due_on()), (day("2021-09-20"), Some(day("2021-10-22"))));
    });
}

/// OGI 第二十六条: the twenty working days run again after an amendment that came to nothing and after a result that was open
/// again.
#[test]
fn ogi_art26_the_duty_to_publish_does_not_fall_off() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        let old = confirmed(bureau, &Report::default());
        let new = confirmed(bureau, &Report::default());
        change(bureau, move |work| {
            let mut after = report(work, new)?;
            (after.amends_id, after.state) = (Some(old), InspectionState::Untestable);
            (after.confirmed_on, after.confirmed_by) = (None, None);
            after.reason = "样品已损坏".into();
            work.save(&mut after)
        });
        bureau.app.daily().expect("daily");
        assert_eq!(duty(bureau, old).expect("runs").trigger_on, day("2021-09-17"));
        change(bureau, move |work| {
            let mut before = report(work, old)?;
            before.state = InspectionState::Amending;
            work.finish_duties(old, None)?;
            work.save(&mut before)
        });
        assert!(duty(bureau, old).is_none(), "while it is amended");
        bureau.on_day("2021-10-08");
        let stopped: Inspection = bureau.app.store().read(|tx| tx.get(&new)).expect("read").expect("report");
        let decide = move |work: &mut Work<'_>| testing::decide_stopped(work, new, stopped.version, "不再更正");
        bureau.app.act(&bureau.actor("result"), Action::ReportConfirm, decide).expect("decided");
        assert_eq!(duty(bureau, old).expect("runs again").trigger_on, day("2021-10-08"));

        // A corrected day of receipt opens the fifteen days again; with their end the result is noted and the duty begins anew.
        change(bureau, move |work| {
            for mut notice in work.tx.notices_of(old)? {
                notice.window_until_on = Some(day("2021-10-12"));
                work.save(&mut notice)?;
            }
            Ok(())
        });
        bureau.app.daily().expect("daily");
        assert!(duty(bureau, old).is_none(), "nobody has to publish what is open");
        let noted = |bureau: &Bureau| bureau.app.store().read(|tx| tx.final_result_of(old)).expect("read");
        assert_eq!(noted(bureau), None);
        bureau.on_day("2021-10-13");
        bureau.app.daily().expect("daily");
        bureau.app.daily().expect("twice changes nothing");
        assert_eq!(noted(bureau).expect("final").final_on, day("2021-10-13"));
        assert_eq!(duty(bureau, old).expect("runs").trigger_on, day("2021-10-13"));
    });
}

/// OGI 第十五条, regulations §7.4: any printed field can be masked by whose turn it is; neither table nor search shows it, the
/// drafter does not write it back, a correction keeps it.
#[test]
fn ogi_art15_reviewers_mask_what_is_printed() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        let failed = confirmed(bureau, &Report { product: "凌知远牌电缆", ..Report::default() });
        bureau.app.daily().expect("daily");
        let id = drafted(bureau);
        include(bureau, id, vec![failed]).expect("included");
        let entry = entries(bureau, id)[0].id;
        let mask = |login: &str, action: Action, field, kind, part: &str, reason: &str| {
            let (version, what) = (version(bureau, id), Mask { field, kind, part: part.into(), reason: reason.into() });
            bureau.app.act(&bureau.actor(login), action, move |work| publication::mask(work, id, version, entry, what))
        };
        use {Action::*, MaskKind::*, PublicField::*};
        mask("publish", PublicationDraft, ProductName, Name, "凌知远", "个人姓名").expect("drafter");
        refused(mask("publish", PublicationDraft, ProductName, Name, "凌知远", "再来"), "publication.nothing_to_mask");
        refused(mask("publish", PublicationDraft, Remark, Secret, "", "空的"), "publication.nothing_to_mask");
        refused(mask("publish", PublicationDraft, ProducerName, Secret, "", " "), "publication.reason_missing");
        let early = mask("secrecy", PublicationSecrecyReview, ProducerName, Secret, "", "没有轮到");
        refused(early, "publication.wrong_state");
        mask("publish", PublicationDraft, SampledAddress, Personal, "", "住址是店主盘某某的家").expect("drafter");
        // Everybody who reads the publication reads its course; the reason is for those who take part in it.
        let course =
            bureau.app.view(&bureau.actor("audit"), PublicationRead, |work| work.timeline(id)).expect("course");
        let told: Vec<String> = course
            .into_iter()
            .filter_map(|line| line.content)
            .flat_map(|content| [content.text].into_iter().chain(content.facts.into_iter().map(|(_, said)| said)))
            .collect();
        assert!(told.iter().any(|said| said.contains("遮蔽第 1 条")), "{told:?}");
        assert!(!told.iter().any(|said| said.contains("盘某某") || said.contains("凌知远")), "{told:?}");
        // What is masked is not written back by hand.
        let row = entries(bureau, id).remove(0);
        let words = EntryWords { sampled_address: "乳城镇".into(), model: "RVV".into(), ..EntryWords::default() };
        let words = EntryWords { batch_text: row.batch_text.clone(), producer_address: row.producer_address, ..words };
        let edit = |words: EntryWords| {
            let act = move |work: &mut Work<'_>| publication::edit_entry(work, id, entry, row.version, words);
            bureau.app.act(&bureau.actor("publish"), PublicationDraft, act)
        };
        let Err(AppError::Fields(told)) = edit(words.clone()) else { panic!("a masked field was written") };
        assert_eq!(told.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["sampled_address"]);
        // It says what there is to do: there is no act that takes a mask away.
        assert!(told[0].message.contains("移出这一条再选入") && !told[0].message.contains("取消遮蔽"));
        edit(EntryWords { sampled_address: row.sampled_address.clone(), ..words }).expect("edited");
        let row = entries(bureau, id).remove(0);
        assert_eq!((row.model.as_str(), row.sampled_address.as_str()), ("RVV", "（个人信息，不公开）"));
        step(bureau, "publish", PublicationDraft, id, publication::submit).expect("submitted");
        mask("result", PublicationBusinessReview, Trademark, Secret, "", "商标").expect("business reviewer");
        step(bureau, "result", PublicationBusinessReview, id, publication::review_business).expect("business");
        mask("secrecy", PublicationSecrecyReview, ProducerName, Secret, "", "委托加工关系").expect("secrecy reviewer");
        let secrecy = |work: &mut Work<'_>, id, version| publication::review_secrecy(work, id, version, true);
        step(bureau, "secrecy", PublicationSecrecyReview, id, secrecy).expect("secrecy");
        step(bureau, "leader", PublicationApprove, id, publication::approve).expect("approved");
        publish(bureau, id).expect("published");
        let row = entries(bureau, id).remove(0);
        let printed = row.cells().join("|");
        for hidden in ["凌知远", "乳城镇", "岭禾线缆厂"] {
            assert!(!printed.contains(hidden) && found(bureau, hidden).is_empty(), "{hidden} in {printed}");
        }
        assert_eq!(found(bureau, "凌某牌"), ["凌某牌电缆"]);
        // Published anew after a withdrawal the masks are there again.
        let withdraw = |work: &mut Work<'_>, id, version| publication::withdraw(work, id, version, "重新核对");
        step(bureau, "leader", PublicationApprove, id, withdraw).expect("withdrawn");
        let again = drafted(bureau);
        include(bureau, again, vec![failed]).expect("included");
        let row = entries(bureau, again).remove(0);
        assert_eq!((row.product_name.as_str(), row.producer_name.as_str()), ("凌某牌电缆", "（商业秘密，不公开）"));
    });
}

/// What is reviewed as a whole has one version: who looked before an entry changed gets the stale page, on both databases.
#[test]
fn a_changed_entry_makes_the_page_of_the_other_stale() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        let failed = confirmed(bureau, &Report::default());
        bureau.app.daily().expect("daily");
        let id = drafted(bureau);
        include(bureau, id, vec![failed]).expect("included");
        let seen = version(bureau, id);
        let entry = entries(bureau, id).remove(0);
        let words = EntryWords {
            model: "RVV 2×1.0".into(),
            batch_text: entry.batch_text.clone(),
            producer_address: entry.producer_address.clone(),
            ..EntryWords::default()
        };
        let act = move |work: &mut Work<'_>| publication::edit_entry(work, id, entry.id, entry.version, words);
        bureau.app.act(&bureau.actor("publish"), Action::PublicationDraft, act).expect("edited");
        let submitted = bureau
            .app
            .act(&bureau.actor("publish"), Action::PublicationDraft, move |work| publication::submit(work, id, seen));
        assert!(matches!(submitted, Err(AppError::Stale)), "{submitted:?}");
        step(bureau, "publish", Action::PublicationDraft, id, publication::submit).expect("submitted");
        // A mask of the business reviewer reaches the one who has the old page open.
        let (seen, entry) = (version(bureau, id), entries(bureau, id)[0].id);
        let what =
            Mask {
                field: PublicField::Trademark, kind: MaskKind::Secret, part: String::new(), reason: "商标".into()
            };
        let act = move |work: &mut Work<'_>| publication::mask(work, id, seen, entry, what);
        bureau.app.act(&bureau.actor("result"), Action::PublicationBusinessReview, act).expect("masked");
        let other = bureau.app.act(&bureau.actor("publish"), Action::PublicationBusinessReview, move |work| {
            publication::review_business(work, id, seen)
        });
        assert!(matches!(other, Err(AppError::Stale)), "{other:?}");
    });
}

/// R18 第十二条: whoever looks finds a published rule with its items; a draft is not there.
#[test]
fn r18_art12_published_rules_are_found_by_everybody() {
    on_each_database(|bureau| {
        let page = hengjian_app::PageRequest { after: None, limit: 50 };
        let listed = bureau.app.public_view(|view| rules::public_list(view, &page)).expect("list");
        let all = bureau.app.store().read(|tx| tx.rule_library(bureau.county.unit("county"))).expect("rules");
        let published: Vec<_> =
            all.iter().filter(|rule| rule.state == hengjian_domain::rules::RulesState::Published).collect();
        assert_eq!(listed.len(), published.len());
        for rule in &all {
            let found = bureau.app.public_view(|view| rules::public_rule(view, &rule.code, &rule.edition));
            let is_public = published.iter().any(|one| (&one.code, &one.edition) == (&rule.code, &rule.edition));
            assert_eq!(found.is_ok(), is_public, "{} {}", rule.code, rule.edition);
            if let Ok((_, items)) = found {
                assert!(!items.is_empty());
            }
        }
    });
}
