// The job of the decoder bench: SmolLM-135M's sizes with random weights. Python reads the same as JSON.
export const shape = {
  config: {
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    vocab_size: 49152,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: true,
    max_position_embeddings: 2048,
  },
  rank: 8,
  targets: ['q_proj', 'v_proj'],
  batch: 4,
  length: 128,
  threads: 2,
}

// TinyLlama-1.1B's sizes.
export const tinyLlama = {
  hidden_size: 2048,
  intermediate_size: 5632,
  num_hidden_layers: 22,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  vocab_size: 32000,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: false,
  max_position_embeddings: 2048,
}
