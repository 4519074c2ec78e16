# make bench-mongodb: Pyrofork's MongoStorage and our engine on one server, in turn: on FerretDB over SQLite, which reads
# every document for most questions, and on FerretDB over PostgreSQL, which asks PostgreSQL.

.PHONY: bench-mongodb

bench-mongodb: python-wheel
	make/setup.sh c python go postgresql
	$(PYTHON) tests/oracle/install.py pyrofork-2.3.69-mongodb
	tests/servers/run mongodb -- $(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/mongodb.py
	TGS_FERRETDB_DATA=postgresql tests/servers/run postgresql mongodb -- \
		$(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/mongodb.py
