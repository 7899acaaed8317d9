//! 复检: seven days for the formalities, another laboratory, the final conclusion, a party that tampers.

use super::*;
use hengjian_domain::code::Code;
use hengjian_store::{Column, Value};

/// Up to the 复检通知书 in the applicant's hands on 2021-09-29.
fn notified(bureau: &Bureau) -> (Result, ObjectionId) {
    let result = told(bureau, "2021-09-27", "2021-09-27");
    let id = register(bureau, "result", received(result.party, "2021-09-27", ObjectionKind::Conclusion))
        .expect("registered");
    handle(bureau, id, procedure::accept).expect("accepted");
    handle(bureau, id, procedure::begin).expect("begun");
    let excuse = handle(bureau, id, |work, id, version| {
        reinspection::decline(work, id, version, NoReinspectionGround::NoBackup, "没有备样")
    });
    assert_eq!(refused(excuse), "objection.backup_exists");
    handle(bureau, id, |work, id, version| {
        reinspection::issue_notice(work, id, version, "到质量发展股办理，费用缴到指定账户", 80_000)
    })
    .expect("issued");
    bureau.on_day("2021-09-29");
    handle(bureau, id, |work, id, version| reinspection::notified(work, id, version, day("2021-09-29"), "店主签收"))
        .expect("notified");
    (result, id)
}

/// R18 第三十八条: nobody comes within seven days (09-29 → 10-06, a holiday → 10-08): abandoned by the passing day, once.
#[test]
fn a_reinspection_without_formalities_is_abandoned() {
    on_each_database(|bureau| {
        let (result, id) = notified(bureau);
        assert_eq!(objection_row(bureau, id).formalities_until_on, Some(day("2021-10-08")));
        bureau.on_day("2021-10-08");
        bureau.app.daily().expect("daily");
        assert_eq!(objection_row(bureau, id).state, ObjectionState::ReinspectionNotified);
        bureau.on_day("2021-10-09");
        let late = handle(bureau, id, |work, id, version| {
            reinspection::formalities_done(work, id, version, day("2021-10-09"), "缴费")
        });
        assert_eq!(refused(late), "objection.formalities_late");
        bureau.app.daily().expect("daily");
        let abandoned = objection_row(bureau, id);
        assert_eq!(abandoned.state, ObjectionState::Abandoned);
        bureau.app.daily().expect("daily");
        assert_eq!(objection_row(bureau, id), abandoned, "the same day twice changes nothing");
        bureau.on_day("2021-10-13");
        assert_eq!(final_state(bureau, result.report).final_on, Some(day("2021-10-13")));
    });
}

/// R18 第三十七条 to 第四十三条: the whole way, with the second laboratory's report ending it.
#[test]
fn a_reinspection_to_its_final_conclusion() {
    for (conclusion, failed, outcome, overturned) in [
        (InspectionConclusion::NoNonconformityFound, "", ObjectionOutcome::DifferentResult, true),
        (InspectionConclusion::Nonconforming, "导体电阻", ObjectionOutcome::SameResult, false),
    ] {
        on_each_database(|bureau| {
            let (result, id) = notified(bureau);
            bureau.on_day("2021-10-08");
            handle(bureau, id, |work, id, version| {
                reinspection::formalities_done(work, id, version, day("2021-10-08"), "缴费凭证 1 份")
            })
            .expect("formalities");
            let first =
                bureau.app.store().read(|tx| tx.get::<Inspection>(&result.report)).expect("read").expect("report");
            let first_laboratory = first.laboratory_id.expect("laboratory");
            let same = handle(bureau, id, move |work, id, version| {
                reinspection::appoint(work, id, version, first_laboratory, "省局名单")
            });
            assert_eq!(refused(same), "objection.same_laboratory");
            let second_laboratory = result.second_laboratory;
            handle(bureau, id, move |work, id, version| {
                reinspection::appoint(work, id, version, second_laboratory, "")
            })
            .expect("appointed");
            let broken = handle(bureau, id, |work, id, version| {
                reinspection::verify_sample(work, id, version, false, true, "封条破损")
            });
            assert_eq!(refused(broken), "objection.sample_doubtful");
            handle(bureau, id, |work, id, version| {
                reinspection::verify_sample(work, id, version, true, true, "封条完好，照片 3 张")
            })
            .expect("verified");
            handle(bureau, id, |work, id, version| reinspection::hand_over(work, id, version, "四方签字确认单"))
                .expect("handed over");
            let second = objection_row(bureau, id).reinspection_id.expect("assigned");
            let (assigned, items): (Inspection, Vec<ItemResult>) = bureau
                .app
                .store()
                .read(|tx| {
                    let inspection = tx.get::<Inspection>(&second)?;
                    let items = tx.items_of_inspection(second)?;
                    Ok::<_, hengjian_store::StoreError>((inspection.expect("inspection"), items))
                })
                .expect("read");
            assert_eq!((assigned.purpose, assigned.purpose_id), (InspectionPurpose::Reinspection, Some(id.cast())));
            assert_eq!(items.iter().map(|item| item.item.as_str()).collect::<Vec<_>>(), ["导体电阻"]);
            let early = handle(bureau, id, |work, id, version| {
                reinspection::conclude(work, id, version, ObjectionOutcome::SameResult, "x")
            });
            assert_eq!(refused(early), "objection.wrong_state");

            bureau.on_day("2021-10-20");
            act(bureau, "result", Action::ReportConfirm, move |work| {
                let mut report: Inspection = work.tx.get(&second)?.ok_or(AppError::NotFound)?;
                report.state = InspectionState::Confirmed;
                report.report_number = Some("FJ2021-0001".into());
                report.conclusion = Some(conclusion);
                report.failed_items = failed.into();
                report.confirmed_on = Some(work.today());
                work.save(&mut report)?;
                objection::reinspection_reported(work, &report)
            })
            .expect("reported");
            let wrong = if outcome == ObjectionOutcome::SameResult {
                ObjectionOutcome::DifferentResult
            } else {
                ObjectionOutcome::SameResult
            };
            let stated =
                handle(bureau, id, move |work, id, version| reinspection::conclude(work, id, version, wrong, "x"));
            assert_eq!(refused(stated), "objection.outcome_differs");
            handle(bureau, id, move |work, id, version| {
                reinspection::conclude(work, id, version, outcome, "以复检报告为准")
            })
            .expect("concluded");
            let state = final_state(bureau, result.report);
            assert_eq!((state.final_on, state.open.len()), (Some(day("2021-10-20")), 0), "{state:?}");
            let report = result.report;
            let stands = bureau
                .app
                .view(&bureau.actor("result"), Action::ObjectionRead, move |work| {
                    let report: Inspection = work.tx.get(&report)?.ok_or(AppError::NotFound)?;
                    Ok(standing(work, &report)?.overturns(&report))
                })
                .expect("standing");
            assert_eq!(stands, overturned);
            handle(bureau, id, |work, id, version| {
                reinspection::settle_cost(work, id, version, day("2021-10-20"), "收据和备样价款凭证")
            })
            .expect("settled");
            assert_eq!(open_duties(bureau, "result").iter().filter(|title| title.contains("复检")).count(), 0);

            // Once: another objection to the same result cannot have it tested again.
            let other = Received {
                posted_on: Some(day("2021-10-12")),
                ..received(result.producer, "2021-10-20", ObjectionKind::Conclusion)
            };
            let other = register(bureau, "result", other).expect("registered");
            handle(bureau, other, procedure::accept).expect("accepted");
            handle(bureau, other, procedure::begin).expect("begun");
            let again =
                handle(bureau, other, |work, id, version| reinspection::issue_notice(work, id, version, "x", 0));
            assert_eq!(refused(again), "objection.reinspected_before");
        });
    }
}

/// R18 第四十条: the party opened the backup sample: terminated, the first conclusion is final.
#[test]
fn a_party_that_tampers_ends_the_reinspection() {
    on_each_database(|bureau| {
        let (result, id) = notified(bureau);
        let empty = handle(bureau, id, |work, id, version| reinspection::terminate(work, id, version, ""));
        assert_eq!(refused(empty), "objection.reason_missing");
        handle(bureau, id, |work, id, version| {
            reinspection::terminate(work, id, version, "封条被撕开，样品被换，现场笔录和照片")
        })
        .expect("terminated");
        let backup: Sample = bureau.app.store().read(|tx| tx.get(&result.backup)).expect("read").expect("sample");
        assert_eq!(backup.state, SampleState::LostOrTampered);
        assert_eq!(objection_row(bureau, id).state, ObjectionState::Terminated);
        bureau.on_day("2021-10-13");
        assert_eq!(final_state(bureau, result.report).final_on, Some(day("2021-10-13")));
    });
}

/// The applicant takes it back after the laboratory was named: the backup sample stays where it lay.
#[test]
fn an_objection_taken_back_leaves_the_backup_in_place() {
    on_each_database(|bureau| {
        let (result, id) = notified(bureau);
        handle(bureau, id, |work, id, version| {
            reinspection::formalities_done(work, id, version, day("2021-09-29"), "缴费凭证")
        })
        .expect("formalities");
        let second = result.second_laboratory;
        handle(bureau, id, move |work, id, version| reinspection::appoint(work, id, version, second, ""))
            .expect("appointed");
        handle(bureau, id, |work, id, version| procedure::take_back(work, id, version, "书面撤回一份"))
            .expect("taken back");
        let backup: Sample = bureau.app.store().read(|tx| tx.get(&result.backup)).expect("read").expect("sample");
        assert_eq!(backup.state, SampleState::Stored);
    });
}

/// Decision 样品灭失: lost at the second laboratory, whose test ends with it, also when values stand in it already; the first
/// result does not count. A signed report is the final result (R18 第四十二条) and no loss ends it.
#[test]
fn a_backup_lost_at_the_second_laboratory_ends_its_test() {
    for (reached, ends) in [
        (InspectionState::Assigned, true),
        (InspectionState::ItemsDone, true),
        (InspectionState::Reviewed, true),
        (InspectionState::Signed, false),
        (InspectionState::Submitted, false),
    ] {
        on_each_database(|bureau| lost_at_the_second_laboratory(bureau, reached, ends));
    }
}

fn lost_at_the_second_laboratory(bureau: &Bureau, reached: InspectionState, ends: bool) {
    let (result, id) = notified(bureau);
    handle(bureau, id, |work, id, version| {
        reinspection::formalities_done(work, id, version, day("2021-09-29"), "缴费凭证")
    })
    .expect("formalities");
    let laboratory = result.second_laboratory;
    handle(bureau, id, move |work, id, version| reinspection::appoint(work, id, version, laboratory, ""))
        .expect("appointed");
    handle(bureau, id, |work, id, version| {
        reinspection::verify_sample(work, id, version, true, true, "封条完好，照片 3 张")
    })
    .expect("verified");
    handle(bureau, id, |work, id, version| reinspection::hand_over(work, id, version, "四方签字确认单"))
        .expect("handed over");
    let second = objection_row(bureau, id).reinspection_id.expect("assigned");
    let code = reached.code().to_owned();
    bureau
        .app
        .store()
        .write(move |tx| {
            let values = [second.to_value(), Value::Text(code)];
            tx.execute("UPDATE inspection SET state = ?2 WHERE id = ?1", &values).map(|_| ())
        })
        .expect("as far as the laboratory got");
    let decided = handle(bureau, id, |work, id, version| {
        reinspection::backup_lost_by_office(work, id, version, "复检机构保管不善，分管局领导决定不据初检结论处理")
    });
    if !ends {
        assert_eq!(refused(decided), "testing.wrong_state");
        return;
    }
    decided.expect("decided");
    let read =
        |id: InspectionId| -> Inspection { bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("report") };
    assert_eq!(read(second).state, InspectionState::Untestable);
    assert!(read(result.report).excluded);
    let clocks = bureau.app.store().read(|tx| tx.clocks_of(second.cast())).expect("clocks");
    assert!(clocks.iter().all(|clock| clock.state != ClockState::Open), "{clocks:?}");
}
