-- Java: yuan as FLOAT, Beijing time as DATETIME. Here: fen, and milliseconds in UTC.
SET @beijing = TIMESTAMP('1970-01-01 08:00:00');

INSERT INTO pay_xc_orders (id, out_business_id, user_id, order_type, total_price, order_name, order_descrip, order_detail,
  status, create_date, expire_date)
SELECT id, out_business_id, user_id, order_type, ROUND(total_price * 100), order_name, order_descrip, order_detail, '600002',
  TIMESTAMPDIFF(SECOND, @beijing, create_date) * 1000, TIMESTAMPDIFF(SECOND, @beijing, create_date) * 1000 + 1800000
FROM xc_orders o
WHERE EXISTS (SELECT 1 FROM xc_pay_record p WHERE p.order_id = o.id AND p.status = '601002');

-- The first payment paid the order. A second one is held: an operator refunds it.
INSERT INTO pay_xc_pay_record (pay_no, order_id, user_id, order_name, total_price, currency, status, create_date, expire_date,
  token, notify_url, out_pay_no, out_pay_channel, pay_success_time, receipt)
SELECT pay_no, order_id, user_id, order_name, ROUND(total_price * 100), 'CNY', '601002',
  TIMESTAMPDIFF(SECOND, @beijing, create_date) * 1000, TIMESTAMPDIFF(SECOND, @beijing, create_date) * 1000 + 1800000,
  LEFT(REPLACE(REPLACE(TO_BASE64(UNHEX(SHA2(CONCAT(UUID(), RAND()), 256))), '+', '-'), '/', '_'), 22), '', out_pay_no,
  out_pay_channel,
  TIMESTAMPDIFF(SECOND, @beijing, pay_success_time) * 1000,
  IF(ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY pay_success_time, pay_no) = 1, 'booked', 'held')
FROM xc_pay_record WHERE status = '601002';
