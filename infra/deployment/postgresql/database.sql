-- By PostgreSQL's superuser, once; again is harmless:
--   psql --set=password=… --file=database.sql postgres
-- The owner makes roles and schemas, and is no superuser.
\set ON_ERROR_STOP on
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'xiaopu_owner') AS is_new \gset
\if :is_new
CREATE ROLE xiaopu_owner LOGIN CREATEROLE;
\endif
ALTER ROLE xiaopu_owner PASSWORD :'password';
SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = 'xiaopu') AS is_new \gset
\if :is_new
CREATE DATABASE xiaopu OWNER xiaopu_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
\endif
\connect xiaopu
-- Injected SQL could change roles with it: only the application's login may, which the owner grants.
REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO xiaopu_owner WITH GRANT OPTION;
-- Restoring a single shop begins with having the log archived up to now.
GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO xiaopu_owner;
