package redisengine

import (
	"github.com/tgsession/tgsession/bindings/go"
)

// Data implements tgsession.Engine.
func (e *Engine) Data() (tgsession.SessionData, error) {
	rows, err := e.hashes([]string{e.key("data")})
	if err != nil {
		return tgsession.SessionData{}, err
	}
	r := &rows[0]
	data := tgsession.SessionData{
		DCID: number[int32](r, "dc_id"), ServerAddress: r.text("server_address"), Port: number[uint16](r, "port"),
		APIID: number[int32](r, "api_id"), TestMode: r.flag("test_mode"), AuthKey: r.bytes("auth_key"),
		Date: r.number("date"), UserID: r.number("user_id"), IsBot: r.flag("is_bot"), TakeoutID: r.number("takeout_id"),
		TmpAuthKey: r.bytes("tmp_auth_key"),
	}
	return data, r.err
}

// SetData implements tgsession.Engine.
func (e *Engine) SetData(data tgsession.SessionData, which tgsession.Field) error {
	var writes []write
	for _, field := range fieldsOf(data) {
		switch {
		case which&field.bit == 0:
		case field.value == nil:
			writes = append(writes, write{"HDEL", e.key("data"), field.name})
		default:
			writes = append(writes, write{"HSET", e.key("data"), field.name, field.value})
		}
	}
	return e.write(writes...)
}

type dataField struct {
	bit   tgsession.Field
	name  string
	value any // nil for absent
}

func fieldsOf(data tgsession.SessionData) []dataField {
	return []dataField{
		{tgsession.FieldDCID, "dc_id", value(data.DCID)},
		{tgsession.FieldServerAddress, "server_address", value(data.ServerAddress)},
		{tgsession.FieldPort, "port", value(data.Port)},
		{tgsession.FieldAPIID, "api_id", value(data.APIID)},
		{tgsession.FieldTestMode, "test_mode", value(data.TestMode)},
		{tgsession.FieldAuthKey, "auth_key", bytes(data.AuthKey)},
		{tgsession.FieldDate, "date", value(data.Date)},
		{tgsession.FieldUserID, "user_id", value(data.UserID)},
		{tgsession.FieldIsBot, "is_bot", value(data.IsBot)},
		{tgsession.FieldTakeoutID, "takeout_id", value(data.TakeoutID)},
		{tgsession.FieldTmpAuthKey, "tmp_auth_key", bytes(data.TmpAuthKey)},
	}
}

// A nil pointer in an any would not be nil.
func value[T any](field *T) any {
	if field == nil {
		return nil
	}
	return *field
}

func bytes(key []byte) any {
	if key == nil {
		return nil
	}
	return key
}
