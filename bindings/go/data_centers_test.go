package tgsession

import (
	"math"
	"strings"
	"testing"
)

func dataCenter(id int32) DataCenter {
	return DataCenter{
		ID: id, AuthKey: key(1), TmpAuthKey: key(2), TmpExpiresAt: Some(int64(math.MaxInt64)),
		Addresses: []DCAddress{
			{ServerAddress: "149.154.167.91", Port: math.MaxUint16},
			{ServerAddress: strings.Repeat("a", 255), Port: 1, IsMediaOnly: true},
		},
	}
}

func TestDataCenters(t *testing.T) {
	for _, s := range []*Session{opened(t, ":memory:"), newFile(t, Format("kurigram@7"))} {
		equal(t, got(s.DCIDs())(t), []int32{})
		_, err := s.DC(4)
		fails(t, err, ErrNotFound)
		must(t, s.SetDC(DataCenter{ID: math.MaxInt32}))
		must(t, s.SetDC(dataCenter(4)))
		equal(t, got(s.DC(4))(t), dataCenter(4))
		equal(t, got(s.DC(math.MaxInt32))(t), DataCenter{ID: math.MaxInt32})
		equal(t, got(s.DCIDs())(t), []int32{4, math.MaxInt32})
		must(t, s.DeleteDC(4))
		must(t, s.DeleteDC(4))
		equal(t, got(s.DCIDs())(t), []int32{math.MaxInt32})
	}
}

func TestADataCenterThatCannotBe(t *testing.T) {
	s := opened(t, ":memory:")
	many := make([]DCAddress, 65)
	for i := range many {
		many[i] = DCAddress{ServerAddress: "::1", Port: 443}
	}
	for _, wrong := range []DataCenter{
		{}, {ID: math.MinInt32},
		{ID: 4, AuthKey: []byte{}},
		{ID: 4, TmpAuthKey: make([]byte, 257)},
		{ID: 4, Addresses: many},
		{ID: 4, Addresses: []DCAddress{{}}},
		{ID: 4, Addresses: []DCAddress{{ServerAddress: "::1"}}},
		{ID: 4, Addresses: []DCAddress{{ServerAddress: strings.Repeat("a", 256), Port: 443}}},
	} {
		fails(t, s.SetDC(wrong), ErrInvalidArgument)
	}
	equal(t, got(s.DCIDs())(t), []int32{})
	must(t, s.SetDC(DataCenter{ID: 4, Addresses: many[:64]}))
	equal(t, got(s.DC(4))(t).Addresses, many[:64])
}

func TestDataCentersAreDescribedWithoutTheirKeys(t *testing.T) {
	s := opened(t, ":memory:")
	must(t, s.SetDC(dataCenter(4)))
	found := got(s.Inspect(false))(t).DataCenters
	equal(t, len(found), 1)
	equal(t, found[0].DCID, int32(4))
	equal(t, len(*found[0].AuthKeyID), 16)
	equal(t, found[0].HasTmpAuthKey, true)
	equal(t, found[0].Addresses, []string{"149.154.167.91:65535", strings.Repeat("a", 255) + ":1 (media only)"})
	report := got(Convert(s, newFile(t)))(t)
	equal(t, report.Tables, []TableReport{{Name: "data_centers", KeptAside: 1}})
}
