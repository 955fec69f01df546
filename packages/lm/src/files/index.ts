export { openCheckpoint, type Checkpoint, type CheckpointTensor } from './checkpoint.js'
export { readGgufTokenizer, type GgufTokenizer } from './gguf-checkpoint.js'
export { adapterFiles, readAdapter, writeAdapter, type Adapter } from './peft.js'
export { writeSafetensorsFile, type TensorToWrite } from './write-safetensors.js'
