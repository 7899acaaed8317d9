//! What changes under a case: an amended report, a result that fell, a producer in our area or nowhere known, an objection
//! that holds the order, an answer about the party's days.

use super::*;
use hengjian_app::objection::reinspection;
use hengjian_domain::{
    deadline::AFTER_FINALITY,
    objection::{InadmissibleGround, Notice, NoticeId, NoticeState, ServiceMethod},
    plan::TaskId,
    testing::{InspectionConclusion, InspectionState},
};
use hengjian_store::Column as _;

fn report(bureau: &Bureau, id: InspectionId) -> Inspection {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("report")
}
/// A new edition of a confirmed report, submitted and confirmed the same day.
fn amended(bureau: &Bureau, old: InspectionId, conclusion: InspectionConclusion) -> InspectionId {
    let fails = conclusion == InspectionConclusion::Nonconforming;
    let new = act(bureau, "result", Action::ReportConfirm, move |work| {
        let mut before: Inspection = work.tx.get(&old)?.ok_or(AppError::NotFound)?;
        let mut after = Inspection {
            id: work.new_id(),
            edition: before.edition + 1,
            amends_id: Some(old),
            state: InspectionState::Submitted,
            report_number: Some(format!("BG2021-0001-更{}", before.edition)),
            conclusion: Some(conclusion),
            failed_items: if fails { "导体电阻、绝缘厚度".into() } else { String::new() },
            submitted_on: Some(work.today()),
            confirmed_on: None,
            created_at_us: work.now(),
            ..before.clone()
        };
        before.state = InspectionState::Amending;
        work.save(&mut before)?;
        work.insert(&mut after)?;
        work.record(Event::new("test.amended", "更正报告").about(after.id));
        Ok(after.id)
    })
    .expect("amended");
    let checked = Confirmation { identity_checked: true, conclusion_checked: true, ..Confirmation::default() };
    let version = report(bureau, new).version;
    act(bureau, "result", Action::ReportConfirm, move |work| laboratory::confirm(work, new, version, &checked))
        .expect("confirmed");
    new
}
fn notices(bureau: &Bureau, report: InspectionId) -> Vec<Notice> {
    bureau.app.store().read(|tx| tx.notices_of(report)).expect("notices")
}
fn serve(bureau: &Bureau, id: NoticeId) {
    told::issue(bureau, id, None);
    let on = bureau.today().to_string();
    told::serve(bureau, "result", id, told::attempt(ServiceMethod::InPerson, &on, true)).expect("served");
}
fn draft(work: &mut Work<'_>, id: CaseId, version: i64) -> AppResult<()> {
    stage::draft_order(work, id, version, "抽查不合格")
}
fn propose(work: &mut Work<'_>, id: CaseId, version: i64) -> AppResult<()> {
    stage::propose_close(work, id, version, "原结果不再成立，附决定")
}

/// Decision 报告更正重新告知: a report that still fails takes its case along; its order waits for the fifteen new days, also
/// where it was drafted already.
#[test]
fn an_amended_report_takes_its_open_case_along() {
    on_each_database(|bureau| {
        let first = told::told(bureau, "2021-09-25", "2021-09-27");
        let id = cases_of(bureau, first.report)[0];
        verified(bureau, id, ObjectionIntent::No);
        assert!(clock(bureau, id, "W1").is_some());
        bureau.on_day("2021-10-13");
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, draft);
        let second = amended(bureau, first.report, InspectionConclusion::Nonconforming);
        let moved = case(bureau, id);
        assert_eq!((moved.inspection_id, moved.state), (Some(second), Stopped), "the draft is made anew");
        assert_eq!(
            (moved.report_number.as_str(), moved.failed_items.as_str()),
            ("BG2021-0001-更1", "导体电阻、绝缘厚度")
        );
        owned(bureau, id);
        assert_eq!(clock(bureau, id, "W1"), None, "the old fifteen days order nothing");
        assert_eq!(due(bureau, id, "S2"), "2021-10-22", "the party is asked again");
        let shown = bureau.app.view(&bureau.actor("station1"), Action::CaseRead, move |work| stage::view(work, id));
        let line = shown.expect("page").timeline;
        assert!(line.iter().any(|line| line.kind == "follow_up.report_amended"));
        let cases: Vec<Case> = bureau.app.store().read(|tx| tx.cases_of_report(second)).expect("cases");
        assert_eq!(cases.len(), 1, "no second case");

        let again = notices(bureau, second);
        assert_eq!(again.iter().map(|notice| notice.state).collect::<Vec<_>>(), [NoticeState::Draft; 2]);
        bureau.on_day("2021-10-20");
        bureau.app.daily().expect("daily");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        again.iter().for_each(|notice| serve(bureau, notice.id));
        bureau.app.daily().expect("daily");
        assert_eq!(due(bureau, id, "W1"), "2021-11-09", "three working days after 11-04");
        bureau.on_day("2021-11-04");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        bureau.on_day("2021-11-05");
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, draft);
        step(bureau, "leader", Action::CaseApprove, id, Ordered, stage::approve_order);
        // Ordered: the order stands and keeps the report on which it was given.
        let third = amended(bureau, second, InspectionConclusion::Nonconforming);
        let ordered = case(bureau, id);
        assert_eq!((ordered.state, ordered.inspection_id), (Ordered, Some(third)));
        assert_eq!(ordered.order_inspection_id, Some(second));
        let shown = bureau.app.view(&bureau.actor("leader"), Action::CaseRead, move |work| stage::view(work, id));
        assert_eq!(shown.expect("page").order_report.map(|report| report.id), Some(second));
        owned(bureau, id);
    });
}

/// The same, amended to conforming: from wherever the case stands it is proposed for closing with that reason, by the
/// office that has it, and closed by another person.
#[test]
fn a_report_amended_to_conforming_closes_its_case() {
    on_each_database(|bureau| {
        let first = told::told(bureau, "2021-09-25", "2021-09-25");
        let id = cases_of(bureau, first.report)[0];
        verified(bureau, id, ObjectionIntent::No);
        bureau.on_day("2021-10-12");
        rectifying(bureau, id);
        let second = amended(bureau, first.report, InspectionConclusion::NoNonconformityFound);
        assert_eq!((case(bureau, id).inspection_id, case(bureau, id).state), (Some(second), Rectifying));
        owned(bureau, id);
        let titles: Vec<String> = open_clocks(bureau, id).into_iter().map(|clock| clock.title).collect();
        assert!(titles.iter().any(|title| title.contains("更正后不再是不合格")), "{titles:?}");
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, propose);
        step(bureau, "enforce", Action::CaseClose, id, Rectifying, |work, id, version| {
            stage::refuse_close(work, id, version, "附更正后的报告")
        });
        assert_eq!((due(bureau, id, "D13").as_str(), due(bureau, id, "D12").as_str()), ("2021-12-26", "2021-12-13"));
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, propose);
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
        assert_eq!(due(bureau, id, "D17"), "2021-09-30", "nobody has told the producer's place, nor said why not");
        // Failing once more, it opens a case again: the closed one was closed for the other reason.
        let third = amended(bureau, second, InspectionConclusion::Nonconforming);
        let cases: Vec<Case> = bureau.app.store().read(|tx| tx.cases_of_report(third)).expect("cases");
        assert_eq!(cases.iter().map(|case| case.state).collect::<Vec<_>>(), [Opened]);
    });
}

/// R18 第三十七条: a voided result orders nothing; while the case lies with the section, the section proposes to close.
#[test]
fn a_result_that_fell_closes_from_the_section_too() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-27", "2021-09-27");
        let id = cases_of(bureau, result.report)[0];
        let objection =
            told::register(bureau, "result", told::received(result.party, "2021-09-27", ObjectionKind::Process));
        let objection = objection.expect("registered");
        told::handle(bureau, objection, procedure::accept).expect("accepted");
        told::handle(bureau, objection, procedure::begin).expect("begun");
        told::handle(bureau, objection, |work, id, version| {
            procedure::decide(work, id, version, true, "只有一名抽样人员在场", "不符合两人抽样的要求")
        })
        .expect("decided");
        owned(bureau, id);
        refused(try_step(bureau, "station1", Action::CaseHandle, id, propose), "follow_up.wrong_state");
        step(bureau, "result", Action::CaseDispatch, id, CloseProposed, propose);
        step(bureau, "enforce", Action::CaseClose, id, Opened, |work, id, version| {
            stage::refuse_close(work, id, version, "附决定书")
        });
        assert_eq!(due(bureau, id, "S1"), "2021-09-30");
        verified(bureau, id, ObjectionIntent::No);
        assert_eq!(clock(bureau, id, "W1"), None, "nothing to order");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.result_fell");
        step(bureau, "station1", Action::CaseHandle, id, ExemptProposed, |work, id, version| {
            stage::propose_exemption(work, id, version, "已注销")
        });
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, propose);
        let mut both = bureau.actor("station1");
        both.roles.push(Role::EnforcementOfficer);
        refused(as_actor(bureau, &both, Action::CaseClose, id, Box::new(stage::close)), "follow_up.same_person");
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
    });
}

/// Regulations §2.9: seller and producer are separate cases of one result. In our area by the record's division, by the
/// area's name in the address, or by what the section finds out; elsewhere told; a reason ends it too.
#[test]
fn a_labelled_producer_never_falls_off() {
    on_each_database(|bureau| {
        let county = bureau.county.unit("county");
        let report_id = told::failing_report(bureau).report;
        let opened = |region: &str, address: &str| -> Vec<Case> {
            let (region, address) = (region.to_owned(), address.to_owned());
            let ids = act(bureau, "result", Action::ReportConfirm, move |work| {
                let mut report: Inspection = work.tx.get(&report_id)?.ok_or(AppError::NotFound)?;
                let record = report.record_id.ok_or(AppError::NotFound)?;
                let mut record: hengjian_domain::sampling::SamplingRecord =
                    work.tx.get(&record)?.ok_or(AppError::NotFound)?;
                record.id = work.new_id();
                record.number = record.id.to_string();
                record.version = 1;
                record.producer_region = region;
                record.producer_address.clone_from(&address);
                work.insert(&mut record)?;
                (report.id, report.version, report.record_id) = (work.new_id(), 1, Some(record.id));
                report.report_number = Some(record.number.clone());
                report.producer_address = address;
                work.insert(&mut report)?;
                stage::open_for_report(work, &report)
            });
            ids.expect("opened").into_iter().map(|id| case(bureau, id)).collect()
        };
        let area = bureau.app.store().read(|tx| tx.get::<hengjian_domain::organisation::Organisation>(&county));
        let area = area.expect("read").expect("county").name.split("市场监督管理局").next().map(str::to_owned);
        let area = area.expect("name");
        for (region, address, cases, told) in [
            ("440232", "二路 2 号", 2, false),
            ("440232100", "二路 2 号", 2, false),
            ("/", &*format!("{area}乳城镇二路 2 号"), 2, false),
            ("440204", &*format!("{area}乳城镇二路 2 号"), 1, true),
            ("/", "二路 2 号", 1, true),
        ] {
            let made = opened(region, address);
            assert_eq!(made.len(), cases, "{region} {address}");
            assert_eq!(clock(bureau, made[0].id, "D17").is_some(), told, "{region} {address}");
            made.iter().for_each(|case| owned(bureau, case.id));
            if let Some(producer) = made.get(1) {
                assert_eq!((producer.party_name.as_str(), producer.enterprise_id), ("远山线缆厂（虚构）", None));
            }
        }
        let looked_for = &opened("/", "二路 2 号")[0];
        let title = clock(bureau, looked_for.id, "D17").expect("a duty").title;
        assert!(title.starts_with("判明标称生产者所在地"), "{title}");
        let id = looked_for.id;
        step(bureau, "result", Action::CaseDispatch, id, Opened, |work, id, version| {
            let made = stage::open_producer_case(work, id, version, "营业执照查询")?;
            let made: Case = work.tx.get(&made)?.ok_or(AppError::NotFound)?;
            assert_eq!((made.party_name.as_str(), made.received_on), ("远山线缆厂（虚构）", day("2021-09-24")));
            Ok(())
        });
        assert_eq!(clock(bureau, id, "D17"), None);
        field(
            try_step(bureau, "result", Action::CaseDispatch, id, |work, id, version| {
                stage::open_producer_case(work, id, version, "再次").map(|_| ())
            }),
            "producer_here",
        );
        // The seller's case goes to another authority and ends there: the producer's place is still to be told.
        let id = opened("440204", "二路 2 号")[0].id;
        step(bureau, "result", Action::CaseDispatch, id, TransferPending, |work, id, version| {
            stage::transfer(work, id, version, "邻县市场监督管理局（虚构）", "当事人迁往邻县")
        });
        assert!(clock(bureau, id, "D17").is_some(), "a transfer tells nobody of the producer");
        let today = bureau.today();
        step(bureau, "result", Action::CaseDispatch, id, Transferred, move |work, id, version| {
            stage::transfer_receipt(work, id, version, today, true)
        });
        assert!(clock(bureau, id, "D17").is_some());
        field(
            try_step(bureau, "result", Action::CaseDispatch, id, |work, id, version| {
                stage::excuse_producer_place(work, id, version, " ")
            }),
            "not_told_reason",
        );
        step(bureau, "result", Action::CaseDispatch, id, Transferred, |work, id, version| {
            stage::excuse_producer_place(work, id, version, "省局已通报")
        });
        assert!(open_clocks(bureau, id).is_empty());
    });
}

/// Regulations §2.8, decision 异议不停止执行: by default an objection holds nothing but finality; where the office has set
/// it to, an open objection holds the order even if orders do not wait for finality.
#[test]
fn an_objection_holds_the_order_where_the_office_says_so() {
    on_each_database(|bureau| {
        let county = bureau.county.unit("county");
        let set = |name: &'static str, value: &'static str| {
            act(bureau, "system", Action::OrganisationManage, move |work| {
                work.tx.set_parameter(county, name, value)?;
                work.record(Event::new("test.parameter", name));
                Ok(())
            })
            .expect("set");
        };
        let result = told::told(bureau, "2021-09-27", "2021-09-27");
        let id = cases_of(bureau, result.report)[0];
        verified(bureau, id, ObjectionIntent::Yes);
        let objection =
            told::register(bureau, "result", told::received(result.party, "2021-09-27", ObjectionKind::Process));
        let objection = objection.expect("registered");
        let attempt = || try_step(bureau, "station1", Action::CaseHandle, id, draft);
        refused(attempt(), "follow_up.not_final");
        set("objection_holds_follow_up", "YES");
        refused(attempt(), "follow_up.objection_holds");
        set("order_timing", "IMMEDIATE");
        refused(attempt(), "follow_up.objection_holds");
        set("objection_holds_follow_up", "NO");
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, draft);
        set("objection_holds_follow_up", "YES");
        let approve = || try_step(bureau, "leader", Action::CaseApprove, id, stage::approve_order);
        refused(approve(), "follow_up.objection_holds");
        told::handle(bureau, objection, |work, id, version| procedure::take_back(work, id, version, "书面撤回"))
            .expect("taken back");
        approve().expect("nothing holds it any more");
        assert!(case(bureau, id).order_number.expect("number").contains("1 号"), "refusals used no number");
        owned(bureau, id);
    });
}

/// Decision 样品灭失: until the leader has decided about a sample that the bureau lost, nothing becomes final and no order is
/// made, even where orders do not wait; a result that the leader voids closes the case without any objection.
#[test]
fn a_loss_that_is_not_decided_holds_the_result() {
    on_each_database(|bureau| {
        let county = bureau.county.unit("county");
        let result = told::told(bureau, "2021-09-25", "2021-09-25");
        let id = cases_of(bureau, result.report)[0];
        verified(bureau, id, ObjectionIntent::No);
        let (sample, report) = (result.backup, result.report);
        sample_lost(bureau, sample, LossCause::Holder);
        act(bureau, "system", Action::OrganisationManage, move |work| {
            work.tx.set_parameter(county, "order_timing", "IMMEDIATE")?;
            work.record(Event::new("test.parameter", "order_timing"));
            Ok(())
        })
        .expect("set");
        bureau.on_day("2021-10-12");
        bureau.app.daily().expect("daily");
        let noted = || bureau.app.store().read(|tx| tx.final_result_of(report)).expect("read");
        assert_eq!(noted(), None, "the fifteen days are over, the loss is not decided");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.loss_undecided");
        let now = sample_version(bureau, sample);
        act(bureau, "leader", Action::SampleDisposeApprove, move |work| {
            samples::decide_loss(work, sample, now, true, "本局保管不善，不得使用")
        })
        .expect("decided");
        let voided: Inspection = bureau.app.store().read(|tx| tx.get(&report)).expect("read").expect("row");
        assert!(voided.excluded);
        owned(bureau, id);
        let titles: Vec<String> = open_clocks(bureau, id).into_iter().map(|clock| clock.title).collect();
        assert!(titles.iter().any(|title| title.contains("样品因机构或者部门原因灭失")), "{titles:?}");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.result_fell");
    });
}

/// 《产品质量法》第十五条: our own notice tells the party's days, whatever it answers; nobody reports before 签收.
#[test]
fn an_answer_moves_none_of_the_partys_days() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-27", "2021-09-27");
        let id = cases_of(bureau, result.report)[0];
        dispatched(bureau, id);
        let early = try_step(bureau, "station1", Action::CaseHandle, id, |work, id, version| {
            stage::report_objection(work, id, version, ObjectionIntent::No)
        });
        refused(early, "follow_up.not_signed_for");
        step(bureau, "station1", Action::CaseHandle, id, Verifying, stage::accept);
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::verify(work, id, version, found("2021-09-27", ObjectionIntent::Undecided), None)
        });
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::report_objection(work, id, version, ObjectionIntent::No)
        });
        let shown = bureau.app.view(&bureau.actor("station1"), Action::CaseRead, move |work| stage::view(work, id));
        let shown = shown.expect("page");
        assert_eq!(shown.told, Some((day("2021-09-27"), day("2021-10-12"))));
        assert_eq!(shown.not_final.len(), 2);
        let told = shown.timeline.iter().find(|line| line.kind == "follow_up.objection_reported").expect("line");
        let facts = &told.content.as_ref().expect("content").facts;
        assert!(facts.iter().any(|(_, value)| value == "无异议，此前答“未定”"), "{facts:?}");
    });
}

/// R18 第三十六条: an objection that came late and is refused leaves the order's term where it was.
#[test]
fn a_late_objection_gives_no_new_term() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-27", "2021-09-27");
        let id = cases_of(bureau, result.report)[0];
        verified(bureau, id, ObjectionIntent::No);
        bureau.on_day("2021-10-13");
        let before = due(bureau, id, AFTER_FINALITY.id);
        let late = told::received(result.party, "2021-10-13", ObjectionKind::Process);
        let objection = told::register(bureau, "result", late).expect("registered");
        bureau.on_day("2021-10-14");
        act(bureau, "result", Action::ObjectionHandle, move |work| {
            procedure::refuse(work, objection, 1, InadmissibleGround::Late, "十五日已满")
        })
        .expect("refused as late");
        assert_eq!(due(bureau, id, AFTER_FINALITY.id), before);
    });
}

/// R18 第三十六条: an objection handed in after the last day leaves a final result final: the case goes on, the order stands.
/// Corrected to a postmark in time, it holds the result; what concerns it is named.
#[test]
fn a_late_objection_does_not_open_a_final_result_again() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-27", "2021-09-27");
        let id = cases_of(bureau, result.report)[0];
        verified(bureau, id, ObjectionIntent::No);
        bureau.on_day("2021-10-13");
        let late = told::received(result.party, "2021-10-13", ObjectionKind::Process);
        let objection = told::register(bureau, "result", late.clone()).expect("registered");
        let shown = |login: &str| {
            let shown = bureau.app.view(&bureau.actor(login), Action::CaseRead, move |work| stage::view(work, id));
            shown.expect("page").not_final
        };
        assert_eq!(shown("station1"), Vec::<String>::new());
        let page = bureau.app.view(&bureau.actor("result"), Action::ObjectionRead, move |work| {
            hengjian_app::objection::view::objection(work, objection)
        });
        let page = page.expect("page");
        assert_eq!(page.cases.iter().map(|case| case.id).collect::<Vec<_>>(), [id], "the case is named");
        let line = page.timeline.iter().find(|line| line.kind == "objection.submitted").expect("line");
        let facts = &line.content.as_ref().expect("content").facts;
        assert!(facts.iter().any(|(label, _)| label == "超过期限"), "{facts:?}");
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, draft);
        // A postmark in time: now it counts, and holds the approval.
        let proposal = correction::Proposal {
            kind: SubjectKind::Objection,
            id: objection.cast(),
            field: "posted_on".into(),
            new_value: "2021-10-12".into(),
            reason: "信封邮戳".into(),
            proof: "信封照片".into(),
        };
        let proposed =
            act(bureau, "result", Action::CorrectionPropose, move |work| correction::propose(work, proposal, ""))
                .expect("proposed");
        let lines = bureau.app.view(&bureau.actor("leader"), Action::Own, |work| {
            let list = hengjian_app::work_list::work_list(work)?;
            let words = hengjian_app::work_list::about(work, &list)?;
            Ok(list.into_iter().map(|line| words[&line.subject_id].clone()).collect::<Vec<_>>())
        });
        let lines = lines.expect("list");
        assert!(lines.iter().any(|line| line.contains("抽样过程（2021-10-13 收到）　邮戳日")), "{lines:?}");
        act(bureau, "leader", Action::CorrectionAgree, move |work| correction::agree(work, proposed, 1))
            .expect("agreed");
        assert_eq!(shown("station1").len(), 1);
        refused(try_step(bureau, "leader", Action::CaseApprove, id, stage::approve_order), "follow_up.not_final");
        // Without the paper itself, or a reason why there is none, nothing is registered (R18 第三十六条: in writing).
        let bare = procedure::Received { no_paper_reason: " ".into(), ..late };
        field(told::register(bureau, "result", bare), "attachment");
    });
}

/// A task does not close while a case of its visits, samples or reports is open (regulations §2.2): a refusal and a problem
/// report count, and their end lets the task go on.
#[test]
fn a_task_counts_every_case_of_its_batches() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        bureau.on_day("2021-09-24");
        let (visit, record, org) = (up.record.visit_id.expect("visit"), up.record.id, bureau.county.unit("county"));
        let task: TaskId = up.record.task_id.expect("task");
        let counted = || {
            let progress = bureau.app.store().read(|tx| tx.task_progress(task)).expect("progress");
            (progress.cases_open, progress.cases)
        };
        assert_eq!(counted(), (0, 0));
        let (refusal, problem) = act(bureau, "result", Action::ProblemReport, move |work| {
            let mut visit: Visit = work.tx.get(&visit)?.ok_or(AppError::NotFound)?;
            visit.outcome = Some(VisitOutcome::Refused);
            work.save(&mut visit)?;
            let refusal = stage::open_for_visit(work, &visit)?;
            let mut report = problem_on(work, org, record);
            work.insert(&mut report)?;
            Ok((refusal, stage::open_for_problem(work, &report)?))
        })
        .expect("cases");
        assert_eq!(counted(), (2, 2));
        for id in [refusal, problem] {
            let found = bureau.app.store().read(|tx| tx.task_of_case(id)).expect("task");
            assert_eq!(found, Some(task));
        }
        verified(bureau, problem, ObjectionIntent::No);
        step(bureau, "enforce", Action::CaseReport, problem, Stopped, |work, id, version| {
            stage::note_penalty(work, id, version, PenaltyState::Filed, "立案 1 号")
        });
        step(bureau, "station1", Action::CaseHandle, problem, CloseProposed, propose);
        step(bureau, "enforce", Action::CaseClose, problem, Closed, stage::close);
        assert_eq!(counted(), (1, 2));
        // The penalty has its owner beyond the case, and noting it does not end the report upward.
        let open = |title: &str| open_clocks(bureau, problem).iter().any(|clock| clock.title == title);
        assert!(open("登记立案处罚结果"));
        step(bureau, "enforce", Action::CaseReport, problem, Closed, |work, id, version| {
            stage::note_penalty(work, id, version, PenaltyState::Decided, "罚决 1 号")
        });
        assert!(!open("登记立案处罚结果"));
        assert_eq!(due(bureau, problem, "S6"), "2021-09-30");
        let left = bureau
            .app
            .store()
            .read(|tx| tx.integer("SELECT COUNT(*) FROM case_file WHERE visit_id = ?1", &[visit.to_value()]));
        assert_eq!(left.expect("count"), 2, "both cases know their visit");
    });
}

/// R18 第四十条, 第四十一条: the sample is found tampered with only at the re-inspection laboratory: the procedure ends, its
/// inspection may still be reported and changes nothing.
#[test]
fn a_reinspection_that_cannot_be_finished_has_a_way_out() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-27", "2021-09-27");
        let objection =
            told::register(bureau, "result", told::received(result.party, "2021-09-27", ObjectionKind::Conclusion));
        let id = objection.expect("registered");
        told::handle(bureau, id, procedure::accept).expect("accepted");
        told::handle(bureau, id, procedure::begin).expect("begun");
        let laboratory = result.second_laboratory;
        told::handle(bureau, id, |w, id, v| reinspection::issue_notice(w, id, v, "到质量发展股办理", 80_000))
            .expect("notice");
        told::handle(bureau, id, |w, id, v| reinspection::notified(w, id, v, day("2021-09-27"), "店主签收"))
            .expect("notified");
        told::handle(bureau, id, |w, id, v| reinspection::formalities_done(w, id, v, day("2021-09-27"), "缴费凭证"))
            .expect("done");
        told::handle(bureau, id, move |w, id, v| reinspection::appoint(w, id, v, laboratory, "")).expect("appointed");
        told::handle(bureau, id, |w, id, v| reinspection::verify_sample(w, id, v, true, true, "封条完好"))
            .expect("verified");
        told::handle(bureau, id, |w, id, v| reinspection::hand_over(w, id, v, "四方确认")).expect("handed over");
        told::handle(bureau, id, |w, id, v| reinspection::terminate(w, id, v, "启封时发现样品被调换，有录像"))
            .expect("ended");
        let row: hengjian_domain::objection::Objection =
            bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("objection");
        assert!(!row.is_open());
        let reinspected = row.reinspection_id.expect("assigned");
        act(bureau, "result", Action::ReportConfirm, move |work| {
            let report: Inspection = work.tx.get(&reinspected)?.ok_or(AppError::NotFound)?;
            hengjian_app::objection::reinspection_reported(work, &report)
        })
        .expect("a late report is kept, not refused");
        let after: hengjian_domain::objection::Objection =
            bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("objection");
        assert_eq!(after.state, row.state);
    });
}
