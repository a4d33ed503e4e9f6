-- Where bulk loads keep what they bring until it is merged. Made here and not by the first load: two processes that
-- begin one at the same time would both make it, and one of them would fail.
CREATE SCHEMA IF NOT EXISTS staging;
