# make bench-mongodb: Pyrofork's MongoStorage and our engine, in turn on one server
# Once on FerretDB over SQLite, which reads every document for most queries, and once on FerretDB over PostgreSQL, which
# uses PostgreSQL's indexes.

.PHONY: bench-mongodb

bench-mongodb: python-wheel
	make/setup.sh c python go postgresql
	$(PYTHON) tests/oracle/install.py pyrofork-2.3.69-mongodb
	tests/servers/run mongodb -- $(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/mongodb.py
	TGS_FERRETDB_DATA=postgresql tests/servers/run postgresql mongodb -- \
		$(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/mongodb.py
