-- The tables of the tutorial's Java services, as far as they are read.
CREATE TABLE xc_orders (id BIGINT PRIMARY KEY, total_price FLOAT, create_date DATETIME, status VARCHAR(32), user_id VARCHAR(32),
  order_type VARCHAR(32), order_name VARCHAR(64), order_descrip VARCHAR(256), order_detail TEXT, out_business_id VARCHAR(64));
CREATE TABLE xc_pay_record (id BIGINT PRIMARY KEY AUTO_INCREMENT, pay_no BIGINT, out_pay_no VARCHAR(64), out_pay_channel VARCHAR(64),
  order_id BIGINT, order_name VARCHAR(64), total_price FLOAT, currency CHAR(10), create_date DATETIME, status VARCHAR(32),
  pay_success_time DATETIME, user_id VARCHAR(32));
CREATE TABLE xc_choose_course (id BIGINT PRIMARY KEY AUTO_INCREMENT, course_id BIGINT, course_name VARCHAR(32), user_id VARCHAR(32),
  company_id BIGINT, order_type VARCHAR(32), create_date DATETIME, course_price FLOAT, valid_days INT, status VARCHAR(32),
  validtime_start DATETIME, validtime_end DATETIME, remarks VARCHAR(256));
CREATE TABLE xc_course_tables (id BIGINT PRIMARY KEY AUTO_INCREMENT, choose_course_id BIGINT, user_id VARCHAR(32), course_id BIGINT,
  company_id BIGINT, course_name VARCHAR(32), course_type VARCHAR(32), create_date DATETIME, validtime_start DATETIME,
  validtime_end DATETIME, update_date DATETIME, remarks VARCHAR(256));
