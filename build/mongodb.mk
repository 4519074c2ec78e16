# make bench-mongodb: Pyrofork's MongoStorage and our engine on one server, in turn.

.PHONY: bench-mongodb

bench-mongodb: python-wheel
	build/setup.sh c python go
	$(PYTHON) tests/oracle/install.py pyrofork-2.3.69-mongodb
	tests/servers/run mongodb -- $(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/mongodb.py
