SET @beijing = TIMESTAMP('1970-01-01 08:00:00');

-- The choice in the course table is the user's current one of that course. Older ones stay as its history.
INSERT INTO pay_xc_choose_course (id, course_id, course_name, user_id, order_type, course_price, valid_days, status, create_date,
  validtime_start, validtime_end, active_key, retired)
SELECT c.id, c.course_id, c.course_name, c.user_id, c.order_type, ROUND(c.course_price * 100), c.valid_days, c.status,
  TIMESTAMPDIFF(SECOND, @beijing, c.create_date) * 1000, TIMESTAMPDIFF(SECOND, @beijing, c.validtime_start) * 1000,
  TIMESTAMPDIFF(SECOND, @beijing, c.validtime_end) * 1000,
  IF(t.id IS NULL, NULL, CONCAT(c.user_id, ' ', c.course_id)), IF(t.id IS NULL, 'superseded', NULL)
FROM xc_choose_course c LEFT JOIN xc_course_tables t ON t.choose_course_id = c.id
WHERE c.status = '701001';

INSERT INTO pay_xc_course_tables (choose_course_id, user_id, course_id, course_name, order_type, create_date, validtime_start,
  validtime_end)
SELECT choose_course_id, user_id, course_id, course_name, course_type, TIMESTAMPDIFF(SECOND, @beijing, create_date) * 1000,
  TIMESTAMPDIFF(SECOND, @beijing, validtime_start) * 1000, TIMESTAMPDIFF(SECOND, @beijing, validtime_end) * 1000
FROM xc_course_tables;
