package tgsession

// Description is what a session is and holds. Without AuthKey it is safe to paste. Absent values are nil.
type Description struct {
	Format        string  `json:"format"`
	Version       *int64  `json:"version"`
	DCID          *int32  `json:"dc_id"`
	ServerAddress *string `json:"server_address"`
	Port          *uint16 `json:"port"`
	APIID         *int32  `json:"api_id"`
	TestMode      *bool   `json:"test_mode"`
	// AuthKey is in hexadecimal digits, and there only if it was asked for.
	AuthKey *string `json:"auth_key,omitempty"`
	// AuthKeyID is 16 hexadecimal digits.
	AuthKeyID    *string `json:"auth_key_id"`
	UserID       *int64  `json:"user_id"`
	IsBot        *bool   `json:"is_bot"`
	Date         *int64  `json:"date"`
	TakeoutID    *int64  `json:"takeout_id"`
	Peers        int     `json:"peers"`
	Usernames    int     `json:"usernames"`
	UpdateStates int     `json:"update_states"`
	SentFiles    int     `json:"sent_files"`
	Values       int     `json:"values"`
	// DataCenters are those of which something is known beside the fields.
	DataCenters []DataCenterSummary `json:"data_centers,omitempty"`
	// ForeignTables, OtherLogins and OtherKeys are what stands beside the session and is no part of it.
	ForeignTables []ForeignTable `json:"foreign_tables,omitempty"`
	OtherLogins   []OtherLogin   `json:"other_logins,omitempty"`
	OtherKeys     []OtherLogin   `json:"other_keys,omitempty"`
	// Remarks are sentences that the session's owner should read.
	Remarks []string `json:"remarks,omitempty"`
}

// DataCenterSummary is what is known of a data centre, without its keys.
type DataCenterSummary struct {
	DCID int32 `json:"dc_id"`
	// AuthKeyID is 16 hexadecimal digits; nil if there is no key beside the fields.
	AuthKeyID     *string `json:"auth_key_id"`
	HasTmpAuthKey bool    `json:"has_tmp_auth_key"`
	// Addresses are like "149.154.167.91:443" and "[2001:67c:4e8:f004::a]:443 (media only)".
	Addresses []string `json:"addresses"`
}

// ForeignTable is another program's table in a session's file.
type ForeignTable struct {
	Name string `json:"name"`
	// Rows is nil for a view or a virtual table, which is not looked into.
	Rows *int64 `json:"rows"`
	// Outcome is "left_behind" or "taken_along" in a report, else empty.
	Outcome string `json:"outcome,omitempty"`
}

// OtherLogin is a further login beside a session's own, or a key of the same login for another data centre.
type OtherLogin struct {
	DCID *int64 `json:"dc_id"`
	// AuthKeyID is 16 hexadecimal digits; nil if there is no whole key.
	AuthKeyID *string `json:"auth_key_id"`
	// Outcome is "left_behind" in a report, else empty.
	Outcome string `json:"outcome,omitempty"`
}

// Diagnosis is what a text is, without its secrets.
type Diagnosis struct {
	// Kind is what the text looks like, like "session_string".
	Kind    string  `json:"kind"`
	Format  *string `json:"format"`
	Version *int64  `json:"version"`
	Intact  bool    `json:"intact"`
	// Mended lists what was corrected.
	Mended []string `json:"mended"`
	// Problem says what is wrong.
	Problem *string          `json:"problem"`
	Fields  *DiagnosisFields `json:"fields"`
}

// DiagnosisFields are the values in a session string that do no harm.
type DiagnosisFields struct {
	DCID          *int32  `json:"dc_id"`
	ServerAddress *string `json:"server_address"`
	Port          *uint16 `json:"port"`
	TestMode      *bool   `json:"test_mode"`
	APIID         *int32  `json:"api_id"`
	UserID        *int64  `json:"user_id"`
	IsBot         *bool   `json:"is_bot"`
	AuthKeyID     *string `json:"auth_key_id"`
}

// Report says what became of each field and table in a conversion.
type Report struct {
	// Source and Target are formats with their versions, like "telethon@8".
	Source string        `json:"source"`
	Target string        `json:"target"`
	Fields []FieldReport `json:"fields"`
	Tables []TableReport `json:"tables"`
	// ForeignTables, OtherLogins and OtherKeys are no part of the session: they stay in the source.
	ForeignTables []ForeignTable `json:"foreign_tables,omitempty"`
	OtherLogins   []OtherLogin   `json:"other_logins,omitempty"`
	OtherKeys     []OtherLogin   `json:"other_keys,omitempty"`
	// Remarks are sentences that the session's owner should read.
	Remarks []string `json:"remarks,omitempty"`
}

// FieldReport is what became of one field.
type FieldReport struct {
	Name string `json:"name"`
	// Outcome is "kept", "overridden", "derived", "kept_aside", "missing", "unusable" or "left_out".
	Outcome string `json:"outcome"`
	// From is what a derived value was worked out from.
	From string `json:"from,omitempty"`
}

// TableReport is what became of the rows of one table.
type TableReport struct {
	// Name is "peers", "usernames", "data_centers" (those beside the home one), "values" and so on.
	Name      string `json:"name"`
	Kept      int    `json:"kept"`
	KeptAside int    `json:"kept_aside"`
	Derived   int    `json:"derived"`
	LeftOut   int    `json:"left_out"`
}
