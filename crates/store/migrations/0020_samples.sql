-- 检验: the unit that made a problem report, so that nobody is recognised by a name.
ALTER TABLE problem_report ADD COLUMN reported_unit_id TEXT; -- Unit of the person who reported.
UPDATE problem_report SET reported_unit_id = (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(o.id) END
  FROM organisation o WHERE substr(problem_report.reported_by, 1, length(o.name) + 1) = o.name || ' ');
