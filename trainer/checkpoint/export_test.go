package checkpoint

var Decode = decode
